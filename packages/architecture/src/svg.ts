import { type Icon, symbol } from "./icons";
import type { Layout, Point } from "./layout";
import { cellGap, cellHeight, iconSize, lineHeight } from "./measures";
// For light pages, and where the reader's system is dark, for dark ones.
import style from "./picture.css";
import type { Rectangle } from "./place";
import { type Box, type Flow, flows } from "./scene";

const boxIcons: Partial<Record<Box["style"], Icon>> = {
  cloud: "cloud-box",
  vpc: "vpc-box",
  public: "public-box",
  private: "private-box",
};

/**
 * Writes a picture as one file: icons and both colour schemes within, no font and nothing else from elsewhere.
 *
 * One line an element, in the order of ids, and measured from the box around it: where one thing is added, all others keep
 * their lines.
 */
export function svg(layout: Layout): string {
  const { title, nodes, boxes, edges } = layout;
  const used = flows.filter(({ flow }) => edges.some((edge) => edge.flow === flow));
  const icons = [...new Set([...boxes.flatMap((box) => boxIcons[box.style] ?? []), ...nodes.map(({ icon }) => icon)])];
  const width = Math.max(layout.width, 480);
  const height = layout.height + 30;
  const shift = Math.floor((width - layout.width) / 2);
  const lines = byId(edges, ({ from, to, flow }) => `${from} ${to} ${flow}`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    "<!-- Icons: AWS Architecture Icons, from npm aws-icons (MIT). -->",
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${inWords(layout).map(escaped).join(";\n")}</desc>`,
    `<style>${style.trim()}</style>`,
    "<defs>",
    ...icons.sort().map(symbol),
    ...used.map(({ flow }) => arrowHead(flow)),
    "</defs>",
    `<rect class="page" width="100%" height="100%" rx="8"/>`,
    `<g transform="translate(${shift} 0)">`,
    ...contents(layout, undefined),
    ...lines.filter(({ flow }) => flow !== "request").map(drawEdge),
    ...lines.filter(({ flow }) => flow === "request").map(drawEdge),
    ...lines.map(drawLabel).filter((label) => label !== ""),
    "</g>",
    ...legend(used, width, layout.height + 10),
    "</svg>",
    "",
  ].join("\n");
}

function byId<Item>(items: readonly Item[], id: (item: Item) => string): readonly Item[] {
  return items.toSorted((a, b) => (id(a) < id(b) ? -1 : 1));
}

/** What leads where, for who cannot see it. */
function inWords({ nodes, boxes, edges }: Layout): readonly string[] {
  const titles = new Map([...boxes, ...nodes].map(({ id, title }) => [id, title]));
  return edges.map(({ from, to }) => `${titles.get(from)} to ${titles.get(to)}`).sort();
}

/** What is in a box, or outside all of them. */
function contents(layout: Layout, around: (Box & Rectangle) | undefined): readonly string[] {
  const inside = <Item extends Rectangle & { readonly id: string; readonly parent?: string }>(items: readonly Item[]) =>
    byId(
      items.filter(({ parent }) => parent === around?.id),
      ({ id }) => id,
    );
  const place = ({ x, y }: Rectangle) => `translate(${x - (around?.x ?? 0)} ${y - (around?.y ?? 0)})`;
  return [
    ...inside(layout.boxes).flatMap((box) => [
      `<g class="box ${box.style}" transform="${place(box)}">`,
      ...frame(box),
      ...contents(layout, box),
      "</g>",
    ]),
    ...inside(layout.nodes).map(
      (node) => `<g class="node${node.elsewhere ? " elsewhere" : ""}" transform="${place(node)}">${drawNode(node)}</g>`,
    ),
  ];
}

function frame({ style, title, width, height, cells = [] }: Box & Rectangle): readonly string[] {
  const icon = boxIcons[style];
  return [
    `<rect class="frame" width="${width}" height="${height}" rx="6"/>`,
    ...(icon === undefined ? [] : [`<use href="#${icon}" width="22" height="22"/>`]),
    `<text class="heading" x="${icon === undefined ? 10 : 29}" y="16">${escaped(title)}</text>`,
    ...cells.map(({ title, detail }, index) => {
      const y = 26 + index * (cellHeight + cellGap);
      return [
        `<rect class="cell" x="8" y="${y}" width="${width - 16}" height="${cellHeight}" rx="3"/>`,
        `<text class="cidr" x="${width / 2}" y="${y + 12}"><tspan class="zone">${escaped(title)}</tspan> ${escaped(detail)}</text>`,
      ].join("");
    }),
  ];
}

function drawNode({ icon, title, detail }: Layout["nodes"][number]): string {
  const middle = iconSize / 2;
  const line = (index: number) => iconSize + 14 + index * lineHeight;
  return [
    `<use href="#${icon}" width="${iconSize}" height="${iconSize}"/>`,
    `<text class="title" x="${middle}" y="${line(0)}">${escaped(title)}</text>`,
    detail === "" ? "" : `<text class="detail" x="${middle}" y="${line(1)}">${escaped(detail)}</text>`,
  ].join("");
}

function drawEdge({ points, flow }: Layout["edges"][number]): string {
  return `<path class="edge ${flow}" d="${rounded(points)}" marker-end="url(#arrow-${flow})"/>`;
}

function drawLabel({ label, labelAt }: Layout["edges"][number]): string {
  if (label === undefined || labelAt === undefined) return "";
  return `<text class="label" x="${number(labelAt.x + 1)}" y="${number(labelAt.y + 10)}">${escaped(label)}</text>`;
}

/** A line whose corners are round. */
function rounded(points: readonly Point[], radius = 6): string {
  return points
    .map((point, index) => {
      const before = points[index - 1];
      const after = points[index + 1];
      if (before === undefined) return `M${number(point.x)} ${number(point.y)}`;
      if (after === undefined) return `L${number(point.x)} ${number(point.y)}`;
      const from = towards(point, before, radius);
      const to = towards(point, after, radius);
      return `L${number(from.x)} ${number(from.y)}Q${number(point.x)} ${number(point.y)} ${number(to.x)} ${number(to.y)}`;
    })
    .join("");
}

function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const share = length === 0 ? 0 : Math.min(distance, length / 2) / length;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

function arrowHead(flow: Flow): string {
  return `<marker id="arrow-${flow}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="head ${flow}" d="M0 0L8 4L0 8z"/></marker>`;
}

function legend(used: readonly { flow: Flow; meaning: string }[], width: number, y: number): readonly string[] {
  const entry = 116;
  return [
    `<g transform="translate(${Math.round((width - used.length * entry) / 2)} ${y})">`,
    ...used.map(({ flow, meaning }, index) =>
      [
        `<path class="edge ${flow}" d="M${index * entry} 0h26" marker-end="url(#arrow-${flow})"/>`,
        `<text class="meaning" x="${index * entry + 33}" y="4">${meaning}</text>`,
      ].join(""),
    ),
    "</g>",
  ];
}

/** One decimal: finer than any screen, and the same on every machine. */
const number = (value: number) => Math.round(value * 10) / 10;

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
