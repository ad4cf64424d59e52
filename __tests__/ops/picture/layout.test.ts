import { development } from "../../../config/environments/development";
import { production } from "../../../config/environments/production";
import { scenes } from "../../../ops/picture/pictures";
import { type Layout, layout } from "../../../packages/architecture/src/layout";
import { fontSize, iconSize, lineHeight, textWidth } from "../../../packages/architecture/src/measures";
import type { Rectangle } from "../../../packages/architecture/src/place";
import { offers, table } from "./drawing";

// What is committed, and what it may become: a smaller environment, more services.
const all = [
  ...scenes(production, table),
  ...[...scenes(development, [...table, offers])].map(([name, scene]) => [`another ${name}`, scene] as const),
].map(([name, scene]) => [name, layout(scene)] as const);

const overlap = (a: Rectangle, b: Rectangle) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const within = (inner: Rectangle, outer: Rectangle) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

/** A node with the text below its icon. */
function withText({ x, y, title, detail }: Layout["nodes"][number]): Rectangle {
  const width = Math.max(iconSize, textWidth(title, fontSize.title, true), textWidth(detail, fontSize.detail));
  return { x: x + (iconSize - width) / 2, y, width, height: iconSize + 4 + lineHeight * (detail === "" ? 1 : 2) };
}

test.each(all)("in %s nothing covers anything else, and everything stands in its box", async (_, placed) => {
  const { nodes, boxes } = await placed;
  const places = nodes.map((node) => ({ ...node, ...withText(node) }));
  const covered = places.flatMap((node, index) =>
    places.slice(index + 1).flatMap((other) => (overlap(node, other) ? `${node.title} and ${other.title}` : [])),
  );
  expect(covered).toEqual([]);
  const escaped = [...places, ...boxes].filter(({ parent, ...place }) => {
    const box = boxes.find(({ id }) => id === parent);
    return box !== undefined && !within(place, box);
  });
  expect(escaped.map(({ title }) => title)).toEqual([]);
});

test.each(all)("in %s every edge leads from its start to its end, past every icon on its way", async (_, placed) => {
  const { nodes, boxes, edges } = await placed;
  const places = new Map([...boxes, ...nodes].map((place) => [place.id, place]));
  for (const { from, to, points } of edges) {
    const segments = points.slice(1).map((end, index) => stroke(points[index] ?? end, end));
    expect(segments.length).toBeGreaterThan(0);
    const crossed = nodes.filter(
      ({ id, ...icon }) => id !== from && id !== to && segments.some((line) => overlap(line, icon)),
    );
    expect(crossed.map(({ title }) => title)).toEqual([]);
    for (const [id, line] of [
      [from, segments[0]],
      [to, segments.at(-1)],
    ] as const) {
      const place = places.get(id);
      expect(place && line && overlap(line, { ...place, x: place.x - 1, width: place.width + 2 })).toBe(true);
    }
  }
});

test.each(all)("in %s no two edges run along the same line", async (_, placed) => {
  const { edges } = await placed;
  const lines = edges.flatMap(({ points }, edge) =>
    points.slice(1).map((end, index) => ({ edge, ...stroke(points[index] ?? end, end) })),
  );
  const along = lines.flatMap((line, index) =>
    lines
      .slice(index + 1)
      .filter((other) => other.edge !== line.edge && sharedLength(line, other) > 10)
      .map((other) => `${edges[line.edge]?.from} and ${edges[other.edge]?.from}`),
  );
  expect(along).toEqual([]);
});

/** How far two lines run side by side, less than 4 pixels apart. */
function sharedLength(a: Rectangle, b: Rectangle): number {
  const shared = (start: number, length: number, otherStart: number, otherLength: number) =>
    Math.min(start + length, otherStart + otherLength) - Math.max(start, otherStart);
  const across = { x: shared(a.x, a.width, b.x, b.width), y: shared(a.y, a.height, b.y, b.height) };
  const apart = 1 - Math.min(across.x, across.y);
  return apart < 4 ? Math.max(across.x, across.y) : 0;
}

const stroke = (a: { x: number; y: number }, b: { x: number; y: number }): Rectangle => ({
  x: Math.min(a.x, b.x) - 0.5,
  y: Math.min(a.y, b.y) - 0.5,
  width: Math.abs(a.x - b.x) + 1,
  height: Math.abs(a.y - b.y) + 1,
});
