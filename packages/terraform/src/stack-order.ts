import type { Stack } from "./assembly";
import { InputError } from "./input-error";

/**
 * Orders items so that each comes after those it depends on; a circle of dependencies is entered at its first item.
 *
 * @param name unique name of an item
 * @param dependencies names of the items that it depends on; names of no item are passed over
 */
export function dependenciesFirst<Item>(
  items: readonly Item[],
  name: (item: Item) => string,
  dependencies: (item: Item) => readonly string[],
): Item[] {
  const byName = new Map(items.map((item) => [name(item), item]));
  const begun = new Set<Item>();
  const ordered: Item[] = [];
  const visit = (item: Item | undefined): void => {
    if (item === undefined || begun.has(item)) return;
    begun.add(item);
    for (const dependency of dependencies(item)) visit(byName.get(dependency));
    ordered.push(item);
  };
  items.forEach(visit);
  return ordered;
}

/**
 * Picks stacks by name.
 *
 * @param patterns names with `*` for any text; none picks every stack
 * @returns the stacks picked and those they depend on, in the order given
 * @throws {InputError} when a pattern picks none
 */
export function selectStacks<Each extends Stack>(stacks: readonly Each[], patterns: readonly string[]): Each[] {
  const picked = new Set<string>(patterns.length === 0 ? stacks.map(({ name }) => name) : []);
  for (const pattern of patterns) {
    const expression = new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`);
    const names = stacks.map(({ name }) => name).filter((name) => expression.test(name));
    if (names.length === 0) {
      const known = stacks.map(({ name }) => name).sort();
      throw new InputError(`no stack is named ${pattern}: there are ${known.join(", ")}`);
    }
    for (const name of names) picked.add(name);
  }
  // A set is walked with what is added meanwhile.
  for (const name of picked) {
    for (const needed of stacks.find((stack) => stack.name === name)?.dependencies ?? []) picked.add(needed);
  }
  return stacks.filter(({ name }) => picked.has(name));
}

const escaped = (text: string) => text.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&");

/**
 * Runs a task for every stack: after those it depends on, and at most `limit` at once.
 *
 * @returns the tasks' answers, in the order of the stacks
 * @throws what the first failing task threw; tasks after it are not started
 */
export async function eachStack<Answer, Each extends Stack>(
  stacks: readonly Each[],
  limit: number,
  task: (stack: Each) => Promise<Answer>,
): Promise<Answer[]> {
  const done = new Map<string, Promise<Answer>>();
  const waiting: (() => void)[] = [];
  let free = limit;
  const slot = async () => {
    if (free > 0) free--;
    else await new Promise<void>((ready) => waiting.push(ready));
  };
  const release = () => {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  };
  for (const stack of stacks) {
    const before = stack.dependencies.flatMap((name) => done.get(name) ?? []);
    const running = Promise.all(before).then(async () => {
      await slot();
      try {
        return await task(stack);
      } finally {
        release();
      }
    });
    done.set(stack.name, running);
  }
  const outcomes = await Promise.allSettled(done.values());
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
}
