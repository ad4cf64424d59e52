import { readFile } from "node:fs/promises";
import type { HttpService, Service, WorkerService } from "../../config/service";
import { timestamp } from "../migrate/names";
import type { Files } from "./apply";
import { httpApp, operationsAlone, operationsOnItems, testAlone, testOfItems } from "./templates/http";
import { type Resources, resourcesOf } from "./templates/resources";
import { repository, roleMigration, type Table, tableMigration, tableOf } from "./templates/table";
import { consumer, intervalWorkerApp, queueWorkerApp, testOfInterval, testOfQueue } from "./templates/worker";

const table = "config/services.ts";

/** A service of a kind that is written from templates. */
export type NewService = HttpService | WorkerService;

/** Every file of a new service, by its path: entry, folder, migrations, first test. */
export async function serviceFiles(entry: NewService, services: readonly Service[], now = new Date()): Promise<Files> {
  const resources = await resourcesOf(entry.uses);
  const items = tableOf(entry, services);
  const files = { ...sourceFiles(entry, resources, items), ...(items && { "item-repository.ts": repository(items) }) };
  return new Map([
    [table, withEntry(await readFile(table, "utf8"), entry)],
    ...Object.entries(files).map(([file, content]) => [`${entry.entry}/${file}`, content] as const),
    ...migrations(entry, items, now),
    [`__tests__/${entry.entry}/app.test.ts`, testFile(entry, items)],
  ]);
}

function sourceFiles(
  entry: NewService,
  resources: Resources,
  items: Table | undefined,
): Readonly<Record<string, string>> {
  if (entry.kind === "http") {
    return {
      "app.ts": httpApp(entry, resources, items),
      "operations.ts": (items ? operationsOnItems : operationsAlone)(entry),
    };
  }
  return resources.has("queue")
    ? { "app.ts": queueWorkerApp(entry, resources, items), "consumer.ts": consumer(entry, items) }
    : { "app.ts": intervalWorkerApp(entry, resources, items) };
}

function testFile(entry: NewService, items: Table | undefined): string {
  if (entry.kind === "http") return items ? testOfItems(entry, items) : testAlone(entry);
  return entry.uses.includes("queue") ? testOfQueue(entry, items) : testOfInterval(entry);
}

/** The table of services with the entry as its last. */
function withEntry(source: string, entry: Service): string {
  const end = source.lastIndexOf("\n] as const satisfies");
  if (end < 0) throw new Error(`${table} must end in "] as const satisfies readonly Service[]"`);
  return `${source.slice(0, end)}\n  ${JSON.stringify(entry, undefined, 2)},${source.slice(end)}`;
}

/** The schema and role come first, where the product is new. Both are of now: a migration from the future is refused. */
function migrations(
  { name, product }: Service,
  items: Table | undefined,
  now: Date,
): readonly (readonly [string, string])[] {
  if (items === undefined) return [];
  const file = (moment: number, what: string) => `migrations/${timestamp(new Date(moment))}_create-${what}.ts`;
  const created: readonly [string, string] = [file(now.getTime(), `${name}-items`), tableMigration(items)];
  if (!items.isFirstOfProduct) return [created];
  return [[file(now.getTime() - 1, `${product}-schema`), roleMigration(items)], created];
}
