import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { coalesce } from "../../runtime/coalesce";

test("a lone call runs at once, and calls made meanwhile share the next run", async () => {
  const runs: (readonly number[])[] = [];
  const double = coalesce(async (items: readonly number[]) => {
    runs.push(items);
    await turn();
    return items.map((item) => item * 2);
  });
  expect(await Promise.all([1, 2, 3].map(double))).toEqual([2, 4, 6]);
  expect(runs).toEqual([[1], [2, 3]]);
});

test("one call at a time, as a function gets them, runs in the turn in which it is made and shares with nobody", async () => {
  const runs: number[] = [];
  const call = coalesce(async (items: readonly number[]) => {
    runs.push(items.length);
    return items;
  });
  for (let request = 1; request <= 5; request += 1) {
    let turned = false;
    setImmediate(() => {
      turned = true;
    });
    // It is run and answered before anything else gets a turn: no timer, no wait for others.
    await call(request);
    expect(turned).toBe(false);
  }
  expect(runs).toEqual([1, 1, 1, 1, 1]);
});

test("a run that fails fails its own calls alone", async () => {
  const call = coalesce(async (items: readonly string[]) => {
    await turn();
    if (items.includes("bad")) throw new Error("no");
    return items;
  });
  const results = await Promise.allSettled(["first", "bad", "beside"].map(call));
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
  await expect(call("later")).resolves.toBe("later");
});

test("a run that loses an item fails rather than answer one call with another's result", async () => {
  const call = coalesce(async (items: readonly number[]) => items.slice(1));
  await expect(call(1)).rejects.toThrow("1 items gave 0 results");
});

test("every call gets its own result, no run is larger than the limit, and no two overlap", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer()), fc.integer({ min: 1, max: 5 }), async (items, limit) => {
      let running = 0;
      const echo = coalesce(async (batch: readonly number[]) => {
        running += 1;
        expect(running).toBe(1);
        expect(batch.length).toBeLessThanOrEqual(limit);
        await turn();
        running -= 1;
        return batch;
      }, limit);
      expect(await Promise.all(items.map(echo))).toEqual(items);
    }),
  );
});
