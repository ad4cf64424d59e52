import type { Layout, Point } from "./layout";
import { cellGap, cellHeight, fontSize, grid, iconSize, lineHeight, textWidth } from "./measures";
import type { Rectangle } from "./place";

/** Every point of the grid that a line runs over, in pixels. */
export type Path = readonly Point[];

/** A node or a box at which edges end: on its left and its right side, between two heights below its top. */
export type Ends = Rectangle & { readonly from: number; readonly to: number };

interface Surroundings {
  /** Ids of the boxes around either end, and of the ends. */
  readonly inside: ReadonlySet<string>;
  /** Lines that this one may join where there is no room beside them. */
  readonly kin: readonly Path[];
  readonly all: readonly Path[];
  /** Pixels before its end in which it runs straight, for its label. */
  readonly straight: number;
}

/**
 * Costs, whole numbers so that a queue has a list for each: lines are short, have few bends, cross few others, and stay out of
 * others' boxes.
 */
const cost = { step: 5, bend: 40, crossing: 25, foreign: 20, wrongSide: 70, offCentre: 1, underLabel: 100 };

/** What is at a point of the grid. */
const horizontal = 1;
const vertical = 2;
const horizontalFrame = 4;
const verticalFrame = 8;
const blocked = 16;

/** Right, down, left, up. */
const directions = [
  { x: 1, y: 0 },
  { x: 0, y: 1 },
  { x: -1, y: 0 },
  { x: 0, y: -1 },
] as const;

/** The grid on which lines run, and what is in their way. */
export class RoutingMap {
  readonly #columns: number;
  readonly #rows: number;
  readonly #points: Uint8Array;
  /** The innermost box at each point; undefined outside all. */
  readonly #boxes: (string | undefined)[];

  constructor({ boxes, nodes, width, height }: Omit<Layout, "title" | "edges">) {
    this.#columns = Math.ceil(width / grid) + 1;
    this.#rows = Math.ceil(height / grid) + 1;
    this.#points = new Uint8Array(this.#columns * this.#rows);
    this.#boxes = new Array(this.#points.length);
    for (const box of boxes) {
      const { x, y, width, height, cells = [] } = box;
      for (const point of this.#within(box)) this.#boxes[point] = box.id;
      for (const edge of [y, y + height]) this.#mark({ x, y: edge, width, height: 0 }, horizontalFrame);
      for (const edge of [x, x + width]) this.#mark({ x: edge, y, width: 0, height }, verticalFrame);
      const title = textWidth(box.title, fontSize.title, true) + 24;
      this.#mark({ x: x + grid, y: y + grid, width: title, height: grid }, blocked);
      const covered = cells.length * (cellHeight + cellGap);
      if (covered > 0) this.#mark({ x: x + grid, y: y + 26, width: width - 2 * grid, height: covered }, blocked);
    }
    for (const { x, y, title, detail, height } of nodes) {
      this.#mark({ x, y, width: iconSize, height }, blocked);
      const text = Math.max(textWidth(title, fontSize.title, true), textWidth(detail, fontSize.detail));
      const lines = detail === "" ? 1 : 2;
      this.#mark({ x: x + (iconSize - text) / 2, y: y + height, width: text, height: lines * lineHeight + 4 }, blocked);
    }
  }

  /** The cheapest way between two ends, taken from now on; it shares no line with another one unless there is no other. */
  connect(start: Ends, end: Ends, surroundings: Surroundings): Path {
    for (const lines of [[], surroundings.kin, surroundings.all]) {
      const path = this.#search(start, end, surroundings, new Set(lines.flat().map((point) => this.#at(point))));
      if (path === undefined) continue;
      for (const [index, point] of path.entries()) {
        for (const other of [path[index - 1], path[index + 1]]) {
          if (other === undefined) continue;
          this.#mark({ ...point, width: 0, height: 0 }, other.y === point.y ? horizontal : vertical);
        }
      }
      return path;
    }
    throw new Error(`there is no way from ${start.x}, ${start.y} to ${end.x}, ${end.y}`);
  }

  /** A place for a label above or below a line, near its end, where nothing is yet. */
  label(points: readonly Point[], width: number): Point | undefined {
    const places = points
      .slice(1)
      .map((end, index) => ({ start: points[index] ?? end, end }))
      .filter(({ start, end }) => start.y === end.y && Math.abs(start.x - end.x) >= 2 * grid)
      .toReversed()
      .flatMap(({ start, end }) => {
        const left = Math.min(start.x, end.x) + grid;
        const room = Math.max(0, Math.floor((Math.abs(start.x - end.x) - 2 * grid - width) / grid));
        return Array.from(
          { length: room + 1 },
          (_, step) => left + (end.x > start.x ? room - step : step) * grid,
        ).flatMap((x) => [
          { area: { x, y: end.y - 2 * grid, width, height: grid }, at: { x, y: end.y - 14 } },
          { area: { x, y: end.y + grid, width, height: grid }, at: { x, y: end.y + 2 } },
        ]);
      });
    const place =
      places.find(({ area }) => this.#within(area).every((point) => this.#points[point] === 0)) ?? places[0];
    if (place !== undefined) this.#mark(place.area, blocked);
    return place?.at;
  }

  /**
   * Searches from either side of the start, by states: a point and the direction in which a line comes to it.
   * @param shared points on which other lines are no hindrance
   */
  #search(start: Ends, end: Ends, { inside, straight }: Surroundings, shared: ReadonlySet<number>): Path | undefined {
    // Lines run to the right, or back to the left, from side to side.
    const facing = end.x + end.width <= start.x ? 2 : 0;
    const goals = new Map(
      this.#ports(end, shared).map(({ point, side, price }) => [
        point * 4 + 2 - side,
        price + (side === facing ? cost.wrongSide : 0),
      ]),
    );
    const best = new Float64Array(this.#points.length * 4).fill(Number.POSITIVE_INFINITY);
    const cameFrom = new Int32Array(best.length).fill(-1);
    /** States by their cost and the least that is left from there; a goal, by its state below 0. */
    const queue: number[][] = [];
    const push = (state: number, price: number): void => {
      queue[price] ??= [];
      queue[price].push(state);
    };
    // A label is above the end of its line: turns are before it.
    const reserved = straight === 0 ? 0 : straight + end.width / 2;
    const middle = end.x + end.width / 2;
    const reach = (state: number, price: number, from: number): void => {
      if (price >= (best[state] ?? 0)) return;
      best[state] = price;
      cameFrom[state] = from;
      const { x, y } = this.#point(Math.floor(state / 4));
      const away = Math.max(end.x - x, 0, x - end.x - end.width) + Math.max(end.y - y, 0, y - end.y - end.height);
      push(state, price + (cost.step * away) / grid);
    };
    for (const { point, side, price } of this.#ports(start, shared)) {
      reach(point * 4 + side, price + (side === facing ? 0 : cost.wrongSide), -1);
    }
    for (let least = 0; least < queue.length; ) {
      const state = queue[least]?.shift();
      if (state === undefined) {
        least += 1;
        continue;
      }
      if (state < 0) return this.#trace(-state - 1, cameFrom);
      const point = Math.floor(state / 4);
      const direction = state % 4;
      const price = best[state] ?? 0;
      const started = (cameFrom[state] ?? -1) >= 0;
      const goal = goals.get(state);
      if (goal !== undefined && started) {
        push(-state - 1, price + goal);
        continue;
      }
      for (const next of [direction, (direction + 1) % 4, (direction + 3) % 4]) {
        const turns = next !== direction;
        if (turns && (!started || !this.#mayTurn(point, shared))) continue;
        const ahead = this.#step(point, next);
        if (ahead === undefined || !(goals.has(ahead * 4 + next) || this.#mayEnter(ahead, next, shared))) continue;
        const box = this.#boxes[ahead];
        const step =
          cost.step +
          (turns ? cost.bend : 0) +
          (turns && Math.abs(this.#point(point).x - middle) < reserved ? cost.underLabel : 0) +
          (((this.#points[ahead] ?? 0) & (horizontal | vertical)) !== 0 ? cost.crossing : 0) +
          (box !== undefined && !inside.has(box) ? cost.foreign : 0);
        reach(ahead * 4 + next, price + step, state);
      }
    }
    return undefined;
  }

  #trace(state: number, cameFrom: Int32Array): Path {
    const path: Point[] = [];
    for (let at = state; at >= 0; at = cameFrom[at] ?? -1) path.unshift(this.#point(Math.floor(at / 4)));
    return path;
  }

  /** Points at which a line may leave to the right or to the left, with what each costs. */
  #ports({ x, y, width, height, from, to }: Ends, shared: ReadonlySet<number>) {
    const first = Math.ceil(from / grid);
    const heights = Array.from({ length: Math.floor(to / grid) - first + 1 }, (_, index) => y + (first + index) * grid);
    return heights.flatMap((port) =>
      [0, 2].flatMap((side) => {
        const point = this.#at({ x: side === 0 ? x + width : x, y: port });
        if (((this.#points[point] ?? 0) & horizontal) !== 0 && !shared.has(point)) return [];
        return { point, side, price: Math.round((cost.offCentre * Math.abs(port - y - height / 2)) / grid) };
      }),
    );
  }

  #mayTurn(point: number, shared: ReadonlySet<number>): boolean {
    const found = this.#points[point] ?? 0;
    return (found & (horizontalFrame | verticalFrame)) === 0 && (found === 0 || shared.has(point));
  }

  #mayEnter(point: number, direction: number, shared: ReadonlySet<number>): boolean {
    const found = this.#points[point] ?? 0;
    const [line, frame] = direction % 2 === 0 ? [horizontal, horizontalFrame] : [vertical, verticalFrame];
    return (found & (blocked | frame)) === 0 && ((found & line) === 0 || shared.has(point));
  }

  #step(point: number, direction: number): number | undefined {
    const { x, y } = directions[direction] ?? directions[0];
    const column = (point % this.#columns) + x;
    const row = Math.floor(point / this.#columns) + y;
    const within = column >= 0 && row >= 0 && column < this.#columns && row < this.#rows;
    return within ? row * this.#columns + column : undefined;
  }

  #point = (index: number): Point => ({
    x: (index % this.#columns) * grid,
    y: Math.floor(index / this.#columns) * grid,
  });

  #at = ({ x, y }: Point): number => Math.round(y / grid) * this.#columns + Math.round(x / grid);

  #mark(area: Rectangle, what: number): void {
    for (const point of this.#within(area)) this.#points[point] = (this.#points[point] ?? 0) | what;
  }

  /** The points of the grid in an area, and on its edge. */
  #within({ x, y, width, height }: Rectangle): readonly number[] {
    const between = (start: number, length: number, count: number): readonly number[] => {
      const first = Math.max(Math.floor(start / grid), 0);
      const last = Math.min(Math.ceil((start + length) / grid), count - 1);
      return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
    };
    const columns = between(x, width, this.#columns);
    return between(y, height, this.#rows).flatMap((row) => columns.map((column) => row * this.#columns + column));
  }
}
