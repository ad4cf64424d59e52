import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isHealthCheck, LogFormat, Logs, readLog } from "../../local/logs";

const line = (text: string, name = "web") => ({ name, group: "web", text });

/** An object's name that sets the terminal's title and clears its screen. */
const hostile = { raw: "\u001b]0;owned\u0007\u009b2J", json: "\\u001b]0;owned\\u0007\u009b2J" };

/** Without the colours that we ourselves print. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: what it takes away
const withoutColours = (text: string) => text.replaceAll(/\u001b\[\d+m/g, "");

describe("the logs", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "logs-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("keep this run and the one before it, and grow no further", async () => {
    for (const run of ["first", "second", "third"]) {
      const logs = new Logs(folder);
      logs.of("web")(run);
      await logs.close();
    }
    expect(readLog(folder, "web")).toEqual(["third"]);
    expect(readFileSync(join(folder, "logs/web.log.1"), "utf8")).toBe("second\n");
    expect(readLog(folder, "nobody")).toEqual([]);
  });

  test("keep the lines of what a program said, and no character that a terminal obeys, in the file and for followers", async () => {
    const logs = new Logs(folder);
    const followed: string[] = [];
    logs.on("line", ({ text }) => followed.push(text));
    logs.of("web")(`one\n\ttwo ${hostile.raw}`);
    await logs.close();
    const lines = ["one", "\ttwo \\u{1b}]0;owned\\u{7}\\u{9b}2J"];
    expect(readLog(folder, "web")).toEqual(lines);
    expect(followed).toEqual([lines.join("\n")]);
  });
});

describe("a line of a log", () => {
  test("in JSON is shown as words, without what every line repeats", () => {
    const json =
      '{"level":"warn","time":0,"service":"web","requestId":"x","route":"/token","status":401,"msg":"request"}';
    const shown = new LogFormat([line("")]).format(line(json));
    expect(shown).toMatch(/^\S*web\s.*00:00:00\.000.*warn.*request.*route=\S*\/token.*status=\S*401$/);
    expect(shown).not.toMatch(/requestId|service=|level=/);
  });

  test.each(["plain words", "{not json", '{"json":"of another kind"}', "[1]", ""])(
    "that is %p is shown as it is",
    (text) => {
      expect(new LogFormat([line("")]).format(line(text)).endsWith(text)).toBe(true);
    },
  );

  test.each([
    ["in JSON", `{"level":"warn","msg":"${hostile.json}","object":"${hostile.json}","more":{"${hostile.json}":1}}`],
    ["in JSON without a level", `{"object":"${hostile.raw}"}`],
    ["in plain words", hostile.raw],
  ])("that has escape sequences %s is shown without one that a terminal obeys", (_, text) => {
    const shown = new LogFormat([line("")]).format({ name: hostile.raw, group: "web", text });
    expect(withoutColours(shown)).not.toMatch(/\p{Cc}/u);
    expect(shown).toContain("]0;owned");
  });

  test("about a health check that went well is routine, about one that did not it is not", () => {
    const check = (status: number) => line(`{"level":"info","route":"/health","status":${status},"msg":"request"}`);
    expect(isHealthCheck(check(200))).toBe(true);
    expect(isHealthCheck(check(503))).toBe(false);
  });
});
