import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isHealthCheck, LogFormat, Logs, readLog } from "../../local/logs";

const line = (text: string, name = "web") => ({ name, group: "web", text });

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

  test("about a health check that went well is routine, about one that did not it is not", () => {
    const check = (status: number) => line(`{"level":"info","route":"/health","status":${status},"msg":"request"}`);
    expect(isHealthCheck(check(200))).toBe(true);
    expect(isHealthCheck(check(503))).toBe(false);
  });
});
