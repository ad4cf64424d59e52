import type { Point } from "./layout";

/** Pixels: a step that only disturbs, and less than what lies between two ports of an icon with six. */
const nextPort = 5;
const step = 3;

/**
 * Takes out steps of up to three pixels at either end of lines: ports are spread evenly, so few face each other exactly.
 * A line that would come upon another one's port stays as it is.
 */
export function straighten(lines: readonly (readonly Point[])[]): readonly (readonly Point[])[] {
  const straight = [...lines];
  for (const [index, line] of lines.entries()) {
    const better = fromStart(fromStart(line).toReversed()).toReversed();
    const others = straight.filter((_, other) => other !== index).flatMap(ends);
    if (!ends(better).some((end) => others.some((other) => near(end, other)))) straight[index] = better;
  }
  return straight;
}

function fromStart(line: readonly Point[]): readonly Point[] {
  const [start, first, second, ...rest] = line;
  if (start === undefined || first === undefined || second === undefined || rest.length === 0) return line;
  return Math.abs(first.y - second.y) < step ? [{ x: start.x, y: second.y }, ...rest] : line;
}

const ends = (line: readonly Point[]) => [line[0], line.at(-1)].flatMap((end) => end ?? []);
const near = (a: Point, b: Point) => Math.abs(a.x - b.x) < 1 && Math.abs(a.y - b.y) < nextPort;
