import { toMarkdown } from "../../src/render/markdown";
import { reviewOf } from "../plans";

const topics = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: `topic-${index}`,
    before: { display_name: "before" },
    after: { display_name: `after ${index}` },
  }));

test("the summary comes first, and a few changes stand open", async () => {
  const text = toMarkdown(await reviewOf({ changes: topics(1) }, { stack: "other" }));
  expect(text.split("\n").slice(0, 7)).toEqual([
    "## 🟢 Safe: `test`",
    "",
    "1 to update in 1 of 2 stacks. Fixed cost about $0.00 a month, unchanged (estimate).",
    "",
    "**`test-stack`**",
    "",
    "- update `topic-0` `aws_sns_topic`: `display_name` `before` → `after 0`",
  ]);
});

test("many changes are folded", async () => {
  const text = toMarkdown(await reviewOf({ changes: topics(20) }));
  expect(text).toContain("<details><summary><code>test-stack</code></summary>");
});

test("a note is never longer than its limit, and says where the rest stands", async () => {
  const review = await reviewOf({ changes: topics(500) });
  const text = toMarkdown(review, { limit: 10_000, page: "https://example.com/review.html" });
  expect(text.length).toBeLessThanOrEqual(10_000);
  expect(text).toMatch(/\d+ lines more than a note holds: see https:\/\/example\.com\/review\.html\./);
  expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
});

test("20,000 changes stay under GitLab's limit", async () => {
  const changes = topics(20_000).map((topic) => ({ ...topic, after: { display_name: topic.name.repeat(20) } }));
  expect(toMarkdown(await reviewOf({ changes })).length).toBeLessThanOrEqual(1_000_000);
});

test.each([
  ["a backtick", "a`b", "``a`b``"],
  ["backticks at the ends", "`a`", "`` `a` ``"],
  ["a tag", "<img src=x onerror=alert(1)>", "`<img src=x onerror=alert(1)>`"],
  ["a line that would be a quick action", "x\n/close", "`x⏎/close`"],
  ["text that runs backwards", "a\u202eb", "`a\\u{202e}b`"],
  ["a mention, a link and a table's bar", "@all [a](http://b) |", "`@all [a](http://b) |`"],
])("%s is shown, not interpreted", async (_, name, shown) => {
  const text = toMarkdown(await reviewOf({ changes: [{ before: { a: "x" }, after: { a: name } }] }));
  expect(text).toContain(`\`a\` \`x\` → ${shown}`);
});

test("a stack's name is escaped where Markdown is not read", async () => {
  const text = toMarkdown(await reviewOf({ stack: "<script>*a*", changes: topics(20) }));
  expect(text).toContain("<summary><code>&#60;script>&#42;a&#42;</code></summary>".replace("script>", "script&#62;"));
});
