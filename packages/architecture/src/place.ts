import { boxHeader, cellWidth, fontSize, grid, iconSize, lineHeight, textWidth } from "./measures";
import type { Box, Edge, Node, Scene } from "./scene";

/** Pixels; an icon without the text below it. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Placement {
  readonly width: number;
  readonly height: number;
  /** By id of a node or a box. */
  readonly places: ReadonlyMap<string, Rectangle>;
  /** Which one of its kind in its column a node is. @returns 0 for the first, and for boxes */
  laneIndex(id: string): number;
}

/** Pixels; all are multiples of the grid on which edges run. */
const rowHeight = 112;
const columnWidth = 96;
const columnGap = 40;
/** Of a box whose things are side by side: so wide, a place that is free now has room for most names. */
const cellColumnWidth = 128;
const gridGap = 24;
const boxGap = 32;
const padding = { side: 16, top: 16, bottom: 24 };

/** A node or a box with all in it, as its parent sees it. */
interface Item {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** Nothing is below it: whatever is added there moves nothing. */
  readonly grows: boolean;
  /** Nodes of one kind stay together. */
  readonly lane: string;
  /** Places of what is in it, from its own top left. */
  readonly inner: ReadonlyMap<string, Rectangle>;
}

/** An edge between two items of one box, from the ends that it has inside them. */
interface Way {
  readonly from: Item;
  readonly to: Item;
  readonly edge: Edge;
}

/**
 * Places a scene in columns, box by box from the inside out: what leads to others is left of them. Columns and rows
 * are as wide and high whatever is in them, so that one thing more shifts as little as can be.
 */
export function place(scene: Scene): Placement {
  const parents = new Map([...scene.boxes, ...scene.nodes].map(({ id, parent }) => [id, parent]));
  const root = arrange(undefined, scene, parents);
  return {
    width: root.width,
    height: root.height,
    places: root.inner,
    laneIndex: (id) => laneOf(id, scene.nodes).indexOf(id),
  };
}

/** Ids of the nodes of one kind in one box, in their order; of a box, itself alone. */
function laneOf(id: string, nodes: readonly Node[]): readonly string[] {
  const one = nodes.find((node) => node.id === id);
  if (one === undefined) return [id];
  return nodes.filter(({ icon, parent }) => icon === one.icon && parent === one.parent).map((node) => node.id);
}

/** Lays out what is in a box, or in the whole picture. */
function arrange(box: Box | undefined, scene: Scene, parents: ReadonlyMap<string, string | undefined>): Item {
  const items = [
    ...scene.boxes.filter(({ parent }) => parent === box?.id).map((inner) => arrange(inner, scene, parents)),
    ...scene.nodes.filter(({ parent }) => parent === box?.id).map(nodeItem),
  ];
  const ways = waysBetween(items, scene, parents);
  const columns = box?.columns === undefined ? inColumns(items, ways, scene.edges) : inGrid(items, box.columns);
  const top = (box === undefined ? 0 : up(boxHeader(box))) + padding.top;
  const ys = rows(columns, ways, { top, nodes: scene.nodes });
  // A short label has room beside its icon.
  const labels = ways.map(({ edge: { label = "" } }) => Math.ceil(textWidth(label, fontSize.label) / 32) * 32);
  const gap =
    box?.columns === undefined
      ? Math.max(columnGap, ...labels.map((width) => (width <= 64 ? 0 : width + columnGap)))
      : gridGap;
  const inner = new Map<string, Rectangle>();
  let x = padding.side;
  let bottom = top;
  for (const column of columns) {
    const width = Math.max(
      box?.columns === undefined ? columnWidth : cellColumnWidth,
      ...column.map((item) => item.width),
    );
    for (const item of column) {
      const y = ys.get(item) ?? top;
      // Icons of a column are below each other; boxes begin where their column begins.
      const left = item.inner.size > 1 ? x : x + down((width - item.width) / 2);
      for (const [id, { x: dx, y: dy, ...size }] of item.inner) inner.set(id, { x: left + dx, y: y + dy, ...size });
      bottom = Math.max(bottom, y + item.height);
    }
    x += width + gap;
  }
  const width = Math.max(x - gap + padding.side, box === undefined ? 0 : up(minimumWidth(box)));
  const height = bottom + padding.bottom;
  if (box !== undefined) inner.set(box.id, { x: 0, y: 0, width, height });
  return { id: box?.id ?? "", width, height, grows: items.some(({ grows }) => grows), lane: box?.id ?? "", inner };
}

function nodeItem({ id, title, detail, icon, grows = false }: Node): Item {
  const text = Math.max(textWidth(title, fontSize.title, true), textWidth(detail, fontSize.detail), iconSize);
  const width = Math.ceil(text / 16) * 16;
  const x = down((width - iconSize) / 2);
  const inner = new Map([[id, { x, y: 0, width: iconSize, height: iconSize }]]);
  return { id, width, height: up(iconSize + 4 + 2 * lineHeight), grows, lane: icon, inner };
}

function minimumWidth(box: Box): number {
  const title = Math.ceil((textWidth(box.title, fontSize.title, true) + 40) / 40) * 40;
  return Math.max(title, box.cells === undefined ? 0 : cellWidth + 16);
}

function waysBetween(
  items: readonly Item[],
  scene: Scene,
  parents: ReadonlyMap<string, string | undefined>,
): readonly Way[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  const itemOf = (id: string): Item | undefined => {
    const parent = parents.get(id);
    return byId.get(id) ?? (parent === undefined ? undefined : itemOf(parent));
  };
  return scene.edges.flatMap((edge) => {
    const from = itemOf(edge.from);
    const to = itemOf(edge.to);
    return from === undefined || to === undefined || from === to ? [] : [{ from, to, edge }];
  });
}

/** Each item right of all that lead to it; ways that come back are left out. */
function inColumns(items: readonly Item[], ways: readonly Way[], edges: readonly Edge[]): readonly (readonly Item[])[] {
  const ranks = new Map<Item, number>();
  const forward = ways.filter((way) => !comesBack(way, ways));
  const rank = (item: Item, above: ReadonlySet<Item> = new Set()): number => {
    const known = ranks.get(item);
    if (known !== undefined) return known;
    const before = forward.filter(({ to, from }) => to === item && !above.has(from)).map(({ from }) => from);
    const found = Math.max(0, ...before.map((from) => rank(from, new Set([...above, item])) + 1));
    ranks.set(item, found);
    return found;
  };
  for (const item of items) rank(item);
  // A node where ways end is never below a box, which may grow: it is left of it, or right where ways lead out.
  const isBox = ({ inner }: Item) => inner.size > 1;
  const leadsOut = ({ id }: Item) => edges.some(({ from }) => from === id);
  const isEnd = (item: Item) => !isBox(item) && !forward.some(({ from }) => from === item);
  for (let column = 1; column <= Math.max(...ranks.values()); column++) {
    const here = items.filter((item) => ranks.get(item) === column);
    if (!here.some(isBox) || !here.some(isEnd)) continue;
    for (const item of items) {
      const found = rank(item);
      if (found > column || (found === column && (isBox(item) || (isEnd(item) && leadsOut(item)))))
        ranks.set(item, found + 1);
    }
    for (const item of here) if (isEnd(item) && leadsOut(item)) ranks.set(item, column + 2);
  }
  const count = Math.max(-1, ...ranks.values()) + 1;
  const columns = Array.from({ length: count }, (_, index) => items.filter((item) => ranks.get(item) === index));
  return sorted(
    columns.filter(({ length }) => length > 0),
    forward,
  );
}

/** Whether an event returns to where requests come from. */
function comesBack({ from, to, edge }: Way, ways: readonly Way[]): boolean {
  if (edge.flow !== "event") return false;
  const reached = new Set([to]);
  for (const item of reached)
    for (const way of ways) if (way.from === item && way.edge.flow !== "event") reached.add(way.to);
  return reached.has(from);
}

/** Sorts each column so that what leads to each other is at one height, lane by lane; what grows is last. */
function sorted(columns: readonly (readonly Item[])[], ways: readonly Way[]): readonly (readonly Item[])[] {
  const order = columns.map(byLane);
  const column = new Map(columns.flatMap((items, index) => items.map((item) => [item, index] as const)));
  const height = (item: Item): number => {
    const lanes = order[column.get(item) ?? 0] ?? [];
    return (lanes.findIndex((lane) => lane.includes(item)) + 0.5) / lanes.length;
  };
  /** Mean height of what the lane leads to, or of what leads to it, each lane there counted once. */
  const weight = (lane: Lane, side: "from" | "to"): number => {
    const other = side === "from" ? "to" : "from";
    const heights = new Set(ways.filter((way) => lane.includes(way[other])).map((way) => height(way[side])));
    return heights.size === 0 ? height(lane[0]) : [...heights].reduce((sum, one) => sum + one, 0) / heights.size;
  };
  const sweep = (index: number, side: "from" | "to"): void => {
    const weights = new Map((order[index] ?? []).map((lane) => [lane, weight(lane, side)]));
    order[index] = (order[index] ?? []).toSorted(
      (a, b) => Number(a[0].grows) - Number(b[0].grows) || (weights.get(a) ?? 0) - (weights.get(b) ?? 0),
    );
  };
  for (let round = 0; round < 3; round++) {
    for (const index of order.keys()) sweep(index, "from");
    for (const index of [...order.keys()].reverse()) sweep(index, "to");
  }
  return order.map((lanes) => lanes.flat());
}

type Lane = readonly [Item, ...Item[]];
function byLane(items: readonly Item[]): readonly Lane[] {
  const lanes = new Map<string, [Item, ...Item[]]>();
  for (const item of items) {
    const lane = lanes.get(item.lane);
    if (lane === undefined) lanes.set(item.lane, [item]);
    else lane.push(item);
  }
  return [...lanes.values()];
}

/** Row by row, as text is written. */
function inGrid(items: readonly Item[], columns: number): readonly (readonly Item[])[] {
  return Array.from({ length: columns }, (_, column) => items.filter((_, index) => index % columns === column));
}

/** The height of each item: as high as what leads to it, so that lines are straight, or below the one before it. */
function rows(
  columns: readonly (readonly Item[])[],
  ways: readonly Way[],
  { top, nodes }: { readonly top: number; readonly nodes: readonly Node[] },
): ReadonlyMap<Item, number> {
  const ys = new Map<Item, number>();
  const settle = (column: readonly Item[], wanted: (item: Item) => number): void => {
    let next = top;
    for (const item of column) {
      const y = Math.max(next, ys.get(item) ?? 0, wanted(item));
      ys.set(item, y);
      next = y + (item.inner.size > 1 ? item.height + boxGap : rowHeight);
    }
  };
  const level = (item: Item, way: Way | undefined): number => {
    if (way === undefined) return 0;
    const other = way.from === item ? way.to : way.from;
    const end = (one: Item): number => {
      // Where the lane begins: what is level with it stays there, whoever comes first in the lane.
      const [first = ""] = laneOf(way.from === one ? way.edge.from : way.edge.to, nodes);
      const found = one.inner.get(first);
      return found === undefined || found.height > iconSize ? 0 : found.y;
    };
    return (ys.get(other) ?? 0) + end(other) - end(item);
  };
  const requests = ways.filter(({ edge }) => edge.flow === "request");
  for (const column of columns) {
    settle(column, (item) =>
      level(
        item,
        [...requests, ...ways].find(({ to, from }) => to === item && ys.has(from)),
      ),
    );
  }
  for (const column of columns.toReversed())
    settle(column, (item) =>
      level(
        item,
        requests.find(({ from }) => from === item),
      ),
    );
  return ys;
}

const up = (pixels: number) => Math.ceil(pixels / grid) * grid;
const down = (pixels: number) => Math.floor(pixels / grid) * grid;
