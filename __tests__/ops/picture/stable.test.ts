import { production } from "../../../config/environments/production";
import type { Service } from "../../../config/service";
import { pictures } from "../../../ops/picture/pictures";
import { offers, table } from "./drawing";

/** Lines that are in one of two texts alone. */
function changedLines(before: string, after: string): number {
  const counts = new Map<string, number>();
  for (const line of before.split("\n")) counts.set(line, (counts.get(line) ?? 0) + 1);
  for (const line of after.split("\n")) counts.set(line, (counts.get(line) ?? 0) - 1);
  return [...counts.values()].reduce((sum, count) => sum + Math.abs(count), 0);
}

const before = pictures(production, table);
/** Files of which a table of services changes more lines than so many. */
function changed(services: readonly Service[], most: number): readonly string[] {
  const after = pictures(production, services);
  return [...before].flatMap(([file, picture]) => {
    const lines = changedLines(picture, after.get(file) ?? "");
    return lines > most ? [`${file}: ${lines} lines`] : [];
  });
}

test("a service added to the end of the table changes at most 45 lines of each picture", () => {
  expect(changed([...table, offers], 45)).toEqual([]);
});

test("the order of the services in the table changes where they are drawn, and not what is", () => {
  const shown = (picture: string) => [...picture.matchAll(/>([^<]+)</g)].map(([, text]) => text).toSorted();
  const after = pictures(production, table.toReversed());
  expect([...after.keys()]).toEqual([...before.keys()]);
  for (const [file, picture] of before) expect(shown(after.get(file) ?? "")).toEqual(shown(picture));
});
