import { type Icon, symbol } from "./icons";
import type { Layout, Point, Rectangle } from "./layout";
import { cellGap, cellHeight, iconSize, lineHeight, textWidth } from "./measures";
import type { Box, Flow } from "./scene";
import { flows, style } from "./style";

const boxIcons: Partial<Record<Box["style"], Icon>> = {
  cloud: "cloud-box",
  vpc: "vpc-box",
  public: "public-box",
  private: "private-box",
};

/** Writes a picture as one file: icons and both colour schemes within, no font and nothing else from elsewhere. */
export function svg(layout: Layout): string {
  const { title, nodes, boxes, edges } = layout;
  const used = flows.filter(({ flow }) => edges.some((edge) => edge.flow === flow));
  const icons = [...new Set([...boxes.flatMap((box) => boxIcons[box.style] ?? []), ...nodes.map(({ icon }) => icon)])];
  const width = Math.max(layout.width, 480);
  const height = layout.height + 30;
  const shift = Math.floor((width - layout.width) / 2);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    "<!-- Drawn by make generate. Icons: AWS Architecture Icons, from npm aws-icons (MIT). -->",
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(inWords(layout))}</desc>`,
    `<style>${style}</style>`,
    "<defs>",
    ...icons.sort().map(symbol),
    ...used.map(({ flow }) => arrowHead(flow)),
    "</defs>",
    `<rect class="page" width="${width}" height="${height}" rx="8"/>`,
    shift > 0 ? `<g transform="translate(${shift} 0)">` : "<g>",
    ...boxes.map(drawBox),
    ...[...edges].sort((a, b) => Number(a.flow === "request") - Number(b.flow === "request")).map(drawEdge),
    ...nodes.map(drawNode),
    ...edges.map(drawLabel).filter((label) => label !== ""),
    "</g>",
    legend(used, width, layout.height + 10),
    "</svg>",
    "",
  ].join("\n");
}

/** What leads where, for who cannot see it. */
function inWords({ nodes, boxes, edges }: Layout): string {
  const titles = new Map([...boxes, ...nodes].map(({ id, title }) => [id, title]));
  return edges.map(({ from, to }) => `${titles.get(from)} to ${titles.get(to)}`).join("; ");
}

function drawBox(box: Box & Rectangle): string {
  const icon = boxIcons[box.style];
  const cells = (box.cells ?? []).map(({ title, detail }, index) => {
    const y = number(box.y + 26 + index * (cellHeight + cellGap));
    return [
      `<rect class="cell" x="${number(box.x + 8)}" y="${y}" width="${number(box.width - 16)}" height="${cellHeight}" rx="3"/>`,
      `<text class="cidr" x="${number(box.x + box.width / 2)}" y="${y + 12}"><tspan class="zone">${escaped(title)}</tspan> ${escaped(detail)}</text>`,
    ].join("");
  });
  return [
    `<g class="box ${box.style}">`,
    `<rect class="frame" ${frame(box)} rx="6"/>`,
    icon === undefined ? "" : `<use href="#${icon}" x="${number(box.x)}" y="${number(box.y)}" width="22" height="22"/>`,
    `<text class="heading" x="${number(box.x + (icon === undefined ? 10 : 29))}" y="${number(box.y + 16)}">${escaped(box.title)}</text>`,
    ...cells,
    "</g>",
  ].join("");
}

function drawNode({ x, y, width, icon, title, detail, elsewhere }: Layout["nodes"][number]): string {
  const middle = number(x + width / 2);
  const line = (index: number) => number(y + iconSize + 14 + index * lineHeight);
  return [
    `<g class="node${elsewhere ? " elsewhere" : ""}">`,
    `<use href="#${icon}" x="${number(middle - iconSize / 2)}" y="${number(y)}" width="${iconSize}" height="${iconSize}"/>`,
    `<text class="title" x="${middle}" y="${line(0)}">${escaped(title)}</text>`,
    detail === "" ? "" : `<text class="detail" x="${middle}" y="${line(1)}">${escaped(detail)}</text>`,
    "</g>",
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

function legend(used: readonly { flow: Flow; meaning: string }[], width: number, y: number): string {
  const widths = used.map(({ meaning }) => 34 + textWidth(meaning, 11) + 20);
  const total = widths.reduce((sum, one) => sum + one, 0) - 20;
  return used
    .map(({ flow, meaning }, index) => {
      const x = number((width - total) / 2 + widths.slice(0, index).reduce((sum, one) => sum + one, 0));
      return [
        `<path class="edge ${flow}" d="M${x} ${y}L${x + 26} ${y}" marker-end="url(#arrow-${flow})"/>`,
        `<text class="meaning" x="${x + 33}" y="${y + 4}">${meaning}</text>`,
      ].join("");
    })
    .join("\n");
}

const frame = ({ x, y, width, height }: Rectangle) =>
  `x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}"`;

/** One decimal: finer than any screen, and the same on every machine. */
const number = (value: number) => Math.round(value * 10) / 10;

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
