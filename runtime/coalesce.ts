/** The most items that one run receives unless told otherwise. */
const defaultLimit = 500;

/**
 * Turns a function of many items into a function of one. The first call runs at once; calls made while a run is under way
 * wait for it and form the next run together. So load makes batches, and an idle service adds no delay.
 *
 * @param run receives 1 to `limit` items and resolves with one result for each, in their order; when it rejects, every
 *   call of that run rejects.
 */
export function coalesce<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  limit = defaultLimit,
): (item: Item) => Promise<Result> {
  let waiting: Call<Item, Result>[] = [];
  let running = false;

  async function drain(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const calls = waiting.slice(0, limit);
      waiting = waiting.slice(limit);
      await settle(run, calls);
    }
    running = false;
  }

  return (item) =>
    new Promise<Result>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!running) void drain();
    });
}

interface Call<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

async function settle<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  calls: readonly Call<Item, Result>[],
): Promise<void> {
  try {
    const results = await run(calls.map(({ item }) => item));
    if (results.length !== calls.length) throw new Error(`${calls.length} items gave ${results.length} results`);
    for (const [index, result] of results.entries()) calls[index]?.resolve(result);
  } catch (error) {
    for (const { reject } of calls) reject(error);
  }
}
