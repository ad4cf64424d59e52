import { inspect } from "node:util";
import { toHtml } from "../src/render/html";
import { toJson } from "../src/render/json";
import { toMarkdown } from "../src/render/markdown";
import { toText } from "../src/render/text";
import { type Planned, reviewOf } from "./plans";

const secret = "correct-horse-battery-staple";

/** Everything that a review prints anywhere. */
async function printed(planned: Planned): Promise<string> {
  const review = await reviewOf({ changes: [planned], drift: [planned] });
  return [toMarkdown(review), toHtml(review), toJson(review), toText(review)].join();
}

test.each<[string, Planned]>([
  ["an attribute", { before: { a: "old" }, after: { a: secret }, sensitive: { a: true } }],
  ["a whole resource", { before: { a: "old" }, after: { a: secret }, sensitive: true }],
  ["a value inside", { before: { a: [{ b: "old" }] }, after: { a: [{ b: secret }] }, sensitive: { a: [{ b: true }] } }],
  [
    "an entry that moves in its list",
    { before: { a: [{ b: secret }, { b: "x" }] }, after: { a: [{ b: "x" }] }, sensitive: { a: [{ b: true }] } },
  ],
  [
    "what becomes sensitive by this change",
    { before: { a: secret }, after: { a: "new" }, sensitiveBefore: {}, sensitive: { a: true } },
  ],
  [
    "what is sensitive no more",
    { before: { a: secret }, after: { a: "new" }, sensitiveBefore: { a: true }, sensitive: {} },
  ],
  [
    "a policy",
    {
      after: { policy: JSON.stringify({ Statement: [{ Sid: secret, Effect: "Allow", Action: "*", Resource: "*" }] }) },
      sensitive: { policy: true },
    },
  ],
  ["a key of a map that is sensitive", { after: { variables: { TOKEN: secret } }, sensitive: { variables: true } }],
  ["a password that no schema marks", { before: { master_password: "old" }, after: { master_password: secret } }],
  ["a password in JSON", { before: { a: '{"password":"old"}' }, after: { a: JSON.stringify({ password: secret }) } }],
])("%s is never printed", async (_, planned) => {
  expect(await printed(planned)).not.toContain(secret);
});

test("a review that somebody logs while working on it shows no secret either", async () => {
  const review = await reviewOf({ changes: [{ before: { a: "old" }, after: { a: secret }, sensitive: { a: true } }] });
  expect(inspect(review, { depth: null, showHidden: true })).not.toContain(secret);
});

test("a sensitive value that changes says that it does, one that stays says nothing", async () => {
  const planned = { before: { a: "old", b: "same" }, after: { a: secret, b: "same" }, sensitive: { a: true, b: true } };
  expect(toMarkdown(await reviewOf({ changes: [planned] }))).toContain("`a` changes (sensitive)");
  expect(toMarkdown(await reviewOf({ changes: [planned] }))).not.toContain("`b`");
});

test("a flag about a password is no password", async () => {
  const planned = { before: { manage_master_user_password: true }, after: { manage_master_user_password: false } };
  expect(toMarkdown(await reviewOf({ changes: [planned] }))).toContain(
    "`manage_master_user_password` `true` → `false`",
  );
});
