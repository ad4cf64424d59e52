import { createHash } from "node:crypto";
import { importLimitVariables, startClock } from "../../../lambda/imports/import-limits";
import { stage } from "../../../lambda/imports/import-staging";
import type { StagedBatch } from "../../../lambda/imports/imports-repository";
import * as z from "../../../runtime/schema";
import { line } from "./import-objects";

const limits = z.object(importLimitVariables).parse({});
const start = { state: "reading", lines: 0, bytes: 0, rejected: 0, digest: createHash("sha256").digest() } as const;

/** What is staged of some lines, batch by batch. */
async function batchesOf(lines: readonly string[], batch: number): Promise<string[]> {
  const batches: string[] = [];
  const imports = {
    stage: async (_id: string, _before: unknown, { rows }: StagedBatch) => {
      batches.push(Buffer.from(rows).toString("utf8"));
    },
  };
  const bytes = async function* () {
    for (const text of lines) yield Buffer.from(`${text}\n`);
  };
  await stage({ imports, limits, clock: startClock(limits), batch }, { id: "7", mergedLine: 0 }, start, bytes());
  return batches;
}

const addressOf = (user: number) => `${`person-${user}`.padEnd(60, "x")}@${"long-domain-name.".repeat(10)}example.com`;

test("a batch holds each row once, in order, however many bytes they are together", async () => {
  const addresses = Array.from({ length: 12_000 }, (_, user) => addressOf(user));
  const [whole = "", ...others] = await batchesOf(
    addresses.map((address) => line(address)),
    20_000,
  );
  expect(whole.length).toBeGreaterThan(2 * 2 ** 20);
  expect(others.join("")).toBe("");
  const rows = whole.trimEnd().split("\n");
  expect(rows.map((row) => row.split("\t").slice(0, 3).join(" "))).toEqual(
    addresses.map((address, index) => `7 ${index + 1} ${address}`),
  );
});

test("a batch begins with nothing of the one before", async () => {
  const batches = await batchesOf(
    ["a@example.com", "b@example.com", "c@example.com"].map((of) => line(of)),
    1,
  );
  expect(batches.map((rows) => rows.match(/\S+@\S+/g))).toEqual([
    ["a@example.com"],
    ["b@example.com"],
    ["c@example.com"],
    null,
  ]);
});
