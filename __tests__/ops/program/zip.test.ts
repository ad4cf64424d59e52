import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { zip } from "../../../ops/program/zip";

const entries = [
  { name: "handler.mjs", content: "export const handler = () => {};\n".repeat(100) },
  { name: "ca/bundle.pem", content: Buffer.from([0, 255, 13, 10]) },
];

const folder = mkdtempSync(join(tmpdir(), "zip-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("the order of entries does not change the archive", () => {
  expect(zip(entries.toReversed())).toEqual(zip(entries));
});

test("neither the clock nor the time zone changes the archive", () => {
  const program = join(folder, "archive.ts");
  writeFileSync(
    program,
    `import { zip } from ${JSON.stringify(resolve("ops/program/zip"))};
     process.stdout.write(zip([{ name: "a", content: "b" }]).toString("base64"));`,
  );
  const archive = (zone: string) =>
    execFileSync("node", ["ops/run.mjs", program], { env: { ...process.env, TZ: zone }, encoding: "utf8" });
  expect(archive("Pacific/Auckland")).toBe(archive("America/New_York"));
});

test("unzip finds every entry, readable by every user", () => {
  writeFileSync(join(folder, "archive.zip"), zip(entries));
  execFileSync("unzip", ["-q", "archive.zip"], { cwd: folder });
  for (const { name, content } of entries) {
    expect(readFileSync(join(folder, name))).toEqual(Buffer.from(content));
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o644);
  }
});

test("an archive refuses two entries of one name", () => {
  expect(() => zip([...entries, { name: "handler.mjs", content: "" }])).toThrow("got handler.mjs twice");
});
