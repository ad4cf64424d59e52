import { cellGap, cellHeight, fontSize, grid, iconSize, lineHeight, textWidth } from "./measures";
import type { Rectangle } from "./place";
import { PriorityQueue } from "./priority-queue";
import type { PlacedScene, Point } from "./route";

/** Every point of the grid that a line runs over, in pixels. */
export type Path = readonly Point[];

/** A node or a box at which edges end: on its left and its right side, between two heights below its top. */
export type Ends = Rectangle & { readonly from: number; readonly to: number };

interface Search extends Pick<Surroundings, "inside" | "straight"> {
  /** Points on which other lines are no hindrance. */
  readonly shared: ReadonlySet<number>;
}

interface Surroundings {
  /** Ids of the boxes around either end, and of the ends. */
  readonly inside: ReadonlySet<string>;
  /** Lines that this one may join where there is no room beside them. */
  readonly kin: readonly Path[];
  readonly all: readonly Path[];
  /** Pixels before its end in which it runs straight, for its label. */
  readonly straight: number;
}

/** What a step costs, in steps: lines are short, have few bends, cross few others, and stay out of others' boxes. */
const cost = { bend: 8, crossing: 5, foreign: 4, wrongSide: 14, offCentre: 0.2, underLabel: 20 };

/** What is at a point of the grid. */
const horizontal = 1;
const vertical = 2;
const horizontalFrame = 4;
const verticalFrame = 8;
const blocked = 16;

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

  constructor({ boxes, nodes }: PlacedScene, { width, height }: { readonly width: number; readonly height: number }) {
    this.#columns = Math.ceil(width / grid) + 1;
    this.#rows = Math.ceil(height / grid) + 1;
    this.#points = new Uint8Array(this.#columns * this.#rows);
    this.#boxes = new Array(this.#points.length);
    for (const box of boxes) {
      const { x, y, width, height } = box;
      this.#each(box, (point) => {
        this.#boxes[point] = box.id;
      });
      for (const edge of [y, y + height]) this.#mark({ x, y: edge, width, height: 0 }, horizontalFrame);
      for (const edge of [x, x + width]) this.#mark({ x: edge, y, width: 0, height }, verticalFrame);
      this.#mark(
        { x: x + grid, y: y + grid, width: textWidth(box.title, fontSize.title, true) + 24, height: grid },
        blocked,
      );
      const cells = (box.cells?.length ?? 0) * (cellHeight + cellGap);
      if (cells > 0) this.#mark({ x: x + grid, y: y + 26, width: width - 2 * grid, height: cells }, blocked);
    }
    for (const { x, y, title, detail, height } of nodes) {
      this.#mark({ x, y, width: iconSize, height }, blocked);
      const text = Math.max(textWidth(title, fontSize.title, true), textWidth(detail, fontSize.detail));
      const lines = detail === "" ? 1 : 2;
      this.#mark({ x: x + (iconSize - text) / 2, y: y + height, width: text, height: lines * lineHeight + 4 }, blocked);
    }
  }

  /** The cheapest way between two ends, taken from now on; it shares no line with another one unless there is no other. */
  connect(start: Ends, end: Ends, { inside, kin, all, straight }: Surroundings): Path {
    for (const lines of [[], kin, all]) {
      const shared = new Set(lines.flat().map((point) => this.#at(point)));
      const path = this.#search(start, end, { inside, straight, shared });
      if (path === undefined) continue;
      for (const [index, point] of path.entries()) {
        for (const other of [path[index - 1], path[index + 1]]) {
          if (other !== undefined) this.#set(point, other.y === point.y ? horizontal : vertical);
        }
      }
      return path;
    }
    throw new Error(`there is no way from ${start.x}, ${start.y} to ${end.x}, ${end.y}`);
  }

  /** A place for a label beside a line, near its end, where nothing is yet. */
  label(points: readonly Point[], width: number): Point | undefined {
    const segments = points
      .slice(1)
      .map((end, index) => ({ start: points[index] ?? end, end }))
      .filter(({ start, end }) => start.y === end.y && Math.abs(start.x - end.x) >= 2 * grid)
      .toReversed();
    const places = segments.flatMap(({ start, end }) => {
      const left = Math.min(start.x, end.x) + grid;
      const room = Math.max(0, Math.floor((Math.abs(start.x - end.x) - 2 * grid - width) / grid));
      const steps = Array.from({ length: room + 1 }, (_, step) => left + (end.x > start.x ? room - step : step) * grid);
      return steps.flatMap((x) =>
        [
          { x, y: end.y - 2 * grid },
          { x, y: end.y + grid },
        ].map((place) => ({ ...place, line: end.y })),
      );
    });
    const text = ({ x, y }: Point): Rectangle => ({ x, y, width, height: grid });
    const place = places.find((one) => this.#isFree(text(one))) ?? places[0];
    if (place === undefined) return undefined;
    this.#mark(text(place), blocked);
    return { x: place.x, y: place.y < place.line ? place.line - 14 : place.line + 2 };
  }

  #search(start: Ends, end: Ends, { inside, straight, shared }: Search): Path | undefined {
    // Lines run to the right, or back to the left, from side to side.
    const facing = end.x + end.width <= start.x ? 2 : 0;
    const ends = this.#ports(end, shared).map(
      ({ point, side, price }) => [point * 4 + 2 - side, price + (side === facing ? cost.wrongSide : 0)] as const,
    );
    const goals = new Map(ends);
    // By state: a point and the direction in which a line comes to it.
    const best = new Float64Array(this.#points.length * 4).fill(Number.POSITIVE_INFINITY);
    const cameFrom = new Int32Array(best.length).fill(-1);
    const queue = new PriorityQueue<number>();
    const [left, right, top, bottom] = [end.x, end.x + end.width, end.y, end.y + end.height].map(
      (value) => value / grid,
    );
    // A label stands above the end of its line: turns are before it.
    const reserved = straight === 0 ? 0 : straight + end.width / 2;
    const middle = (end.x + end.width / 2) / grid;
    const distance = (x: number, y: number) =>
      Math.max((left ?? 0) - x, 0, x - (right ?? 0)) + Math.max((top ?? 0) - y, 0, y - (bottom ?? 0));
    const reach = (state: number, price: number, from: number): void => {
      if (price >= (best[state] ?? 0)) return;
      best[state] = price;
      cameFrom[state] = from;
      const point = Math.floor(state / 4);
      queue.push(state, price + distance(point % this.#columns, Math.floor(point / this.#columns)));
    };
    for (const { point, side, price } of this.#ports(start, shared)) {
      reach(point * 4 + side, price + (side === facing ? 0 : cost.wrongSide), -1);
    }
    for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
      if (state < 0) return this.#trace(-state - 1, cameFrom);
      const point = Math.floor(state / 4);
      const direction = state % 4;
      const price = best[state] ?? 0;
      const started = (cameFrom[state] ?? -1) >= 0;
      const goal = goals.get(state);
      if (goal !== undefined && started) {
        queue.push(-state - 1, price + goal);
        continue;
      }
      for (const next of [direction, (direction + 1) % 4, (direction + 3) % 4]) {
        const turns = next !== direction;
        if (turns && (!started || !this.#mayTurn(point, shared))) continue;
        const ahead = this.#step(point, next);
        if (ahead === undefined || !this.#mayEnter(ahead, next, shared, goals)) continue;
        const box = this.#boxes[ahead];
        const step =
          1 +
          (turns ? cost.bend : 0) +
          (turns && Math.abs((point % this.#columns) - middle) * grid < reserved ? cost.underLabel : 0) +
          (((this.#points[ahead] ?? 0) & (horizontal | vertical)) !== 0 ? cost.crossing : 0) +
          (box !== undefined && !inside.has(box) ? cost.foreign : 0);
        reach(ahead * 4 + next, price + step, state);
      }
    }
    return undefined;
  }

  #trace(state: number, cameFrom: Int32Array): Path {
    const path: Point[] = [];
    for (let at = state; at >= 0; at = cameFrom[at] ?? -1) {
      const point = Math.floor(at / 4);
      path.unshift({ x: (point % this.#columns) * grid, y: Math.floor(point / this.#columns) * grid });
    }
    return path;
  }

  /** Points at which a line may leave to the right or to the left, with what each costs. */
  #ports({ x, y, width, height, from, to }: Ends, shared: ReadonlySet<number>) {
    const count = Math.floor(to / grid) - Math.ceil(from / grid) + 1;
    return Array.from({ length: count }, (_, index) => y + (Math.ceil(from / grid) + index) * grid).flatMap((height_) =>
      [0, 2].flatMap((side) => {
        const point = this.#at({ x: side === 0 ? x + width : x, y: height_ });
        if (((this.#points[point] ?? 0) & horizontal) !== 0 && !shared.has(point)) return [];
        const offCentre = (cost.offCentre * Math.abs(height_ - y - height / 2)) / grid;
        return [{ point, side, price: offCentre }];
      }),
    );
  }

  #mayTurn(point: number, shared: ReadonlySet<number>): boolean {
    const found = this.#points[point] ?? 0;
    return (found & (horizontalFrame | verticalFrame)) === 0 && (found === 0 || shared.has(point));
  }

  #mayEnter(
    point: number,
    direction: number,
    shared: ReadonlySet<number>,
    goals: ReadonlyMap<number, number>,
  ): boolean {
    const found = this.#points[point] ?? 0;
    if (goals.has(point * 4 + direction)) return true;
    if ((found & blocked) !== 0) return false;
    const [line, frame] = direction % 2 === 0 ? [horizontal, horizontalFrame] : [vertical, verticalFrame];
    return (found & frame) === 0 && ((found & line) === 0 || shared.has(point));
  }

  #step(point: number, direction: number): number | undefined {
    const { x, y } = directions[direction] ?? directions[0];
    const column = (point % this.#columns) + x;
    const row = Math.floor(point / this.#columns) + y;
    const within = column >= 0 && row >= 0 && column < this.#columns && row < this.#rows;
    return within ? row * this.#columns + column : undefined;
  }

  #at({ x, y }: Point): number {
    return Math.round(y / grid) * this.#columns + Math.round(x / grid);
  }

  #set(point: Point, what: number): void {
    const index = this.#at(point);
    this.#points[index] = (this.#points[index] ?? 0) | what;
  }

  #mark(area: Rectangle, what: number): void {
    this.#each(area, (point) => {
      this.#points[point] = (this.#points[point] ?? 0) | what;
    });
  }

  #isFree(area: Rectangle): boolean {
    let free = true;
    this.#each(area, (point) => {
      if ((this.#points[point] ?? 0) !== 0) free = false;
    });
    return free;
  }

  #each({ x, y, width, height }: Rectangle, visit: (point: number) => void): void {
    const last = {
      column: Math.min(Math.ceil((x + width) / grid), this.#columns - 1),
      row: Math.min(Math.ceil((y + height) / grid), this.#rows - 1),
    };
    for (let row = Math.max(Math.floor(y / grid), 0); row <= last.row; row++) {
      for (let column = Math.max(Math.floor(x / grid), 0); column <= last.column; column++)
        visit(row * this.#columns + column);
    }
  }
}
