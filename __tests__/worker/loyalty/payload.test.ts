import { randomUUID } from "node:crypto";
import { UnrecoverableError } from "bullmq";
import fc from "fast-check";
import { payloadOf } from "../../../contracts/loyalty";
import { readPayload } from "../../../worker/loyalty/payload";

const id = randomUUID();

test("what the Transaction API sends is read", () => {
  expect(readPayload(JSON.parse(payloadOf(id)))).toBe(id);
});

test.each([
  ["a later version", { version: 2, transaction_id: id }, "payload version must be 1, got 2"],
  ["no version", { transaction_id: id }, "payload is not a transaction's: version"],
  ["no transaction", { version: 1 }, "payload is not a transaction's: transaction_id"],
  ["an id that is none", { version: 1, transaction_id: "1" }, "payload is not a transaction's: transaction_id"],
  ["a field too many", { version: 1, transaction_id: id, amount: 1 }, "payload is not a transaction's: payload"],
  ["nothing", undefined, "payload is not a transaction's"],
  ["too much", { version: 1, transaction_id: id, note: "x".repeat(5000) }, /payload has \d+ characters, at most 4096/],
])("a payload with %s is unrecoverable, and the reason says so", (_, data, reason) => {
  expect(() => readPayload(data)).toThrow(UnrecoverableError);
  expect(() => readPayload(data)).toThrow(reason);
});

test("whatever a payload holds, it is unrecoverable or read, and the reason stays short", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (data) => {
      try {
        readPayload(data);
      } catch (error) {
        expect(error).toBeInstanceOf(UnrecoverableError);
        expect(String(error).length).toBeLessThan(700);
      }
    }),
  );
});
