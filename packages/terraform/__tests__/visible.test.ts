import fc from "fast-check";
import { visible, visibleJson, visibleLines } from "../src/visible";

/** What ECMA-48 has terminals obey (C0, DEL, C1), and Unicode's controls of direction and its marks without width. */
const obeyed = /[\p{Cc}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;
/** Text with many of them. */
const foreign = fc.string({
  unit: fc.oneof(fc.string(), fc.integer({ min: 0, max: 0xffff }).map(String.fromCharCode)),
});

test.each([
  ["\u001b]0;title\u0007", "\\u{1b}]0;title\\u{7}"],
  ["\u009b31m", "\\u{9b}31m"],
  ["a\r\nb\tc", "a\\u{d}⏎b\\u{9}c"],
  ["invoice\u202efdp.exe", "invoice\\u{202e}fdp.exe"],
  ["größe 日本 👍", "größe 日本 👍"],
])("%j is shown as %s", (text, shown) => expect(visible(text)).toBe(shown));

test("no foreign text keeps a character that a terminal obeys; of lines, line ends and tabs alone stay", () => {
  fc.assert(
    fc.property(foreign, (text) => {
      expect(visible(text)).not.toMatch(obeyed);
      expect(visibleLines(text).replaceAll(/[\n\t]/g, "")).not.toMatch(obeyed);
      expect(visibleJson({ [text]: text })).not.toMatch(obeyed);
    }),
  );
});

test("JSON that is shown says the same as before", () => {
  fc.assert(fc.property(foreign, (text) => expect(JSON.parse(visibleJson([text]))).toEqual([text])));
});
