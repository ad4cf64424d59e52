import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { payloadOf } from "../../../contracts/loyalty";
import { createLogger } from "../../../runtime/logger";
import { loyaltyQueue } from "../../worker/loyalty/queue-fixture";
import { runProgram } from "../run-program";
import { UnpackedImage } from "./unpacked-image";
import { withoutPrivileges } from "./without-privileges";

const own = process.arch === "arm64" ? "linux/arm64" : "linux/amd64";
const other = process.arch === "arm64" ? "linux/amd64" : "linux/arm64";
/** What an ELF file says of its processor: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
const machines = { "linux/amd64": 62, "linux/arm64": 183 };

const folder = mkdtempSync(join(tmpdir(), "images-"));
const read = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));

async function build(platform: string, out: string): Promise<void> {
  const args = ["loyalty", "--platform", platform, "--base", "local", "--out", join(folder, out)];
  const { exitCode, stderr } = await runProgram("ops/image/command.ts", args);
  expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
}

let image: UnpackedImage;
beforeAll(async () => {
  await Promise.all([build(own, "own"), build(other, "other")]);
  image = new UnpackedImage(join(folder, "own/loyalty.tar"));
});
afterAll(() => {
  image?.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe("the image of a worker", () => {
  test("awards a transaction from a read-only root, as a user who is not root, with nothing but its own files", async () => {
    const id = "0198c9e5-7a53-7cf0-9f0d-3f2a54a2b6c1";
    const logger = createLogger({ service: "test", level: "silent" });
    const { database, url, databaseUrl, close } = await loyaltyQueue(logger, 2);
    const environment = { DATABASE_URL: databaseUrl, REDIS_URL: url, REDIS_PREFIX: "loyalty", ENVIRONMENT: "test" };
    const worker = image.run(environment, ["ignore", "pipe", "pipe"]);
    const lines: string[] = [];
    for (const stream of [worker.stdout, worker.stderr]) {
      if (stream) createInterface(stream).on("line", (line) => lines.push(line));
    }
    const ended = once(worker, "exit");
    let running = true;
    void ended.then(() => {
      running = false;
    });
    await database.query(
      "INSERT INTO loyalty.transactions (id, user_id, amount, currency) SELECT $1, id, 2000, 'GBP' FROM loyalty.users LIMIT 1",
      [id],
    );
    await database.query("INSERT INTO loyalty.outbox (job_id, payload, due_at) VALUES ($1, $2, now())", [
      id,
      payloadOf(id),
    ]);
    const awarded = async () =>
      (await database.query("SELECT 1 FROM loyalty.transactions WHERE awarded_at IS NOT NULL")).length > 0;
    while (running && !(await awarded())) await new Promise((resolve) => setTimeout(resolve, 20));
    const status = running ? readFileSync(`/proc/${worker.pid}/status`, "utf8") : "";
    worker.kill("SIGTERM");
    const [code] = await ended;
    await close();
    expect({ code, log: code === 0 ? "" : lines.join("\n") }).toEqual({ code: 0, log: "" });
    expect(status).toMatch(/^Uid:\t65532\t65532\t65532\t65532$/m);
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(lines.map((line) => JSON.parse(line).environment)).toContain("test");
  });

  test("adds one file and its map to the base, some megabytes in all", () => {
    const { layers, config } = image;
    const [, ...above] = layers;
    expect(above.flatMap(({ files }) => files)).toEqual(["app/service.mjs", "app/service.mjs.map"]);
    expect(above.reduce((sum, { unpacked }) => sum + unpacked, 0)).toBeLessThan(10e6);
    expect(config.config.User).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  test("is built for the other processor too, and says so", () => {
    const foreign = new UnpackedImage(join(folder, "other/loyalty.tar"));
    expect(`linux/${foreign.config.architecture}`).toBe(other);
    const machine = (root: string) => readFileSync(join(root, "usr/local/bin/node")).readUInt16LE(18);
    expect([machine(image.root), machine(foreign.root)]).toEqual([machines[own], machines[other]]);
    foreign.remove();
  });

  test("has the same digest when it is built again, by a job that may neither mount nor make a user namespace", () => {
    const words = ["loyalty", "--platform", own, "--base", "local", "--out", join(folder, "again")];
    const { status, stderr } = withoutPrivileges(["node", "ops/run.mjs", "ops/image/command.ts", ...words]);
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
    expect(read("again/loyalty.json").digest).toBe(image.digest);
    expect(read("own/loyalty.json")).toMatchObject({ digest: image.digest, platform: own, base: { origin: "local" } });
  });

  test("comes with the packages that the bundle holds, and no other, each with version and licence", () => {
    // esbuild writes the file that each part came from above it.
    const bundle = readFileSync(join(image.root, "app/service.mjs"), "utf8");
    const parts = [...bundle.matchAll(/^ *\/\/ (?:\S*\/)?node_modules\/((?:@[^/]+\/)?[^/\n]+)\//gm)];
    const held = [...new Set(parts.map(([, name = ""]) => name))].sort();
    const bill = read("own/loyalty.sbom.json");
    expect(bill.bomFormat).toBe("CycloneDX");
    const names: string[] = bill.components.map(({ name }: { name: string }) => name);
    expect([...new Set(names)].sort()).toEqual(held);
    expect(held).toEqual(expect.arrayContaining(["bullmq", "ioredis", "pg"]));
    expect(held).not.toContain("typescript");
    for (const component of bill.components) {
      expect(component).toMatchObject({ purl: expect.stringMatching(/^pkg:npm\/.+@\d/), version: expect.any(String) });
      expect([component.name, component.licenses?.length]).toEqual([component.name, 1]);
    }
  });

  test("comes with where it came from: the commit, the base, the builder", () => {
    const commit = execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim();
    const statement = read("own/loyalty.provenance.json");
    expect(statement).toMatchObject({
      _type: "https://in-toto.io/Statement/v1",
      predicateType: "https://slsa.dev/provenance/v1",
      subject: [{ name: "loyalty", digest: { sha256: image.digest.replace("sha256:", "") } }],
    });
    const { resolvedDependencies } = statement.predicate.buildDefinition;
    expect(resolvedDependencies[0].digest).toEqual({ gitCommit: commit });
    expect(resolvedDependencies[1].uri).toMatch(/^pkg:docker\/node@\d+\.\d+\.\d+-bookworm-slim$/);
  });
});

test("without a registry, a base of its own is refused to who wants none", async () => {
  const { exitCode, stderr } = await runProgram("ops/image/command.ts", ["loyalty", "--base", "registry"], {
    env: { PATH: `${join(folder, "no-registry")}:${process.env.PATH}` },
  });
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^no registry gives docker\.io\/library\/node:\S+, on which the image is built$/m);
});
