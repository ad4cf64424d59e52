import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { workerSettings } from "../../config/environment";
import { environments } from "../../config/environments";
import { functionName, workerName } from "../../config/names";
import { deployedFunctions, deployedWorkers } from "../../config/service";
import { services } from "../../config/services";
import type { EcsService } from "./aws-stand-in/ecs";
import { killedAt } from "./aws-stand-in/killed-at";
import { AwsStandIn, type Fault } from "./aws-stand-in/server";
import { type Registry, startRegistry, writeArchive } from "./deploy-workers/image-registry";
import { type ProgramOptions, runProgram } from "./run-program";

// The program knows the real table and the real environments: whatever it deploys, and one of it.
const deployed = deployedWorkers(services).map(({ name }) => name);
const [service = ""] = deployed;
const [environment] = environments;
if (environment === undefined) throw new Error("config/environments names no environment");
const name = workerName(environment.name, service);
const { minTasks } = workerSettings(environment, service);
const revision = (number: number) => `arn:aws:ecs:${environment.region}:111122223333:task-definition/${name}:${number}`;

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry?.stop());

let aws: AwsStandIn;
let worker: EcsService;
let folder: string;
beforeEach(async () => {
  aws = await AwsStandIn.start();
  aws.ecr.registry = registry;
  worker = aws.ecs.add(name, service);
  folder = await mkdtemp(join(tmpdir(), "deploy-workers-"));
  await writeArchive(folder, service, "first");
});
afterEach(async () => {
  await aws.stop();
  await rm(folder, { recursive: true });
});

const quick = ["--environment", environment.name, "--interval", "0.001"];
const releases = () => join(folder, "worker-releases.json");
const deploy = (args: readonly string[] = [service], options: ProgramOptions = {}) =>
  runProgram("ops/deploy-workers/command.ts", [...quick, "--images", folder, "--releases", releases(), ...args], {
    ...options,
    env: { ...aws.environment, ...options.env },
  });
const rollBack = (functions: string) =>
  runProgram("ops/roll-back/command.ts", [...quick, "--releases", functions, "--worker-releases", releases()], {
    env: aws.environment,
  });

describe("the program deploy-workers", () => {
  test("releases every worker and prints what it did as JSON", async () => {
    for (const other of deployed.slice(1)) {
      aws.ecs.add(workerName(environment.name, other), other);
      await writeArchive(folder, other, "first");
    }
    const { exitCode, stdout, stderr } = await deploy(["--json"]);
    expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(JSON.parse(stdout)).toHaveLength(deployed.length);
    expect(JSON.parse(stdout)).toContainEqual({ service, from: revision(1), to: revision(2) });
    expect(worker.history.at(-1)).toBe(`2 x ${minTasks}`);
  });

  test("gives the registry's token to skopeo in a file that nobody else reads and that is gone afterwards", async () => {
    const real = execFileSync("which", ["skopeo"], { encoding: "utf8" }).trim();
    const script = `#!/bin/bash
printf '%s\n' "$@" > ${folder}/arguments
while [ $# -gt 0 ]; do [ "$1" = --dest-authfile ] && stat --format %a "$2" > ${folder}/mode && cp "$2" ${folder}/authfile; words+=("$1"); shift; done
exec ${real} "\${words[@]}"
`;
    await writeFile(join(folder, "skopeo"), script, { mode: 0o755 });
    await writeArchive(folder, service, "not copied by any other test");
    const { exitCode, stderr } = await deploy([service], { env: { PATH: `${folder}:${process.env.PATH}` } });
    expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
    const told = await readFile(join(folder, "arguments"), "utf8");
    const secret = Buffer.from(registry.login).toString("base64");
    expect(told + stderr).not.toContain(secret);
    expect(JSON.parse(await readFile(join(folder, "authfile"), "utf8"))).toEqual({
      auths: { [registry.host]: { auth: secret } },
    });
    await expect(readFile(join(folder, "mode"), "utf8")).resolves.toBe("600\n");
    const [, authfile = ""] = /--dest-authfile\n(.*)\n/.exec(told) ?? [];
    expect([authfile === "", existsSync(authfile)]).toEqual([false, false]);
  });

  test("rolls back when GitLab cancels the job, and exits as a terminated process does", async () => {
    await deploy();
    await writeArchive(folder, service, "second");
    worker.outcomes.set(3, "hangs");
    const { exitCode, stderr } = await deploy([service], {
      signalAt: { text: "tasks run on revision 3", signal: "SIGTERM" },
    });
    expect(exitCode).toBe(143);
    expect(stderr).toMatch(/going back from revision 3 to 2\ncancelled by SIGTERM\n$/);
    expect(worker.history.at(-1)).toBe(`2 x ${minTasks}`);
  });

  test.each<[string, string, Fault[]]>([
    ["before the service knew of the revision", "ecs:UpdateService", []],
    ["while tasks were replaced", "ecs:DescribeServices", [() => undefined, () => undefined]],
  ])("killed %s, it finishes its work when it runs again", async (_when, action, before) => {
    await deploy();
    await writeArchive(folder, service, "second");
    const killed = await killedAt(aws, action, before, (options) => deploy([service], options));
    expect(killed.exitCode).toBeNull();
    const { exitCode } = await deploy();
    expect(exitCode).toBe(0);
    expect(aws.ecs.families.get(name)).toHaveLength(3);
    expect(worker.deployments[0]).toMatchObject({ taskDefinition: revision(3), rolloutState: "COMPLETED" });
    // What the killed run began can still be taken back.
    expect(JSON.parse(await readFile(releases(), "utf8"))).toEqual({
      environment: environment.name,
      releases: [{ service, from: revision(2), to: revision(3) }],
    });
  });

  test.each([
    ["a worker that there is none of", ["nowhere"], `It must be one of ${deployed.join(", ")}.`],
    ["an image that nobody built", ["--images", "nowhere"], `nowhere/${service}.json must exist: make image`],
  ])("refuses %s in one line", async (_what, args, message) => {
    const { exitCode, stderr } = await deploy(args);
    expect(exitCode).toBe(1);
    expect(stderr.trim().split("\n")).toEqual([expect.stringContaining(message)]);
  });
});

describe("the program roll-back", () => {
  const nothing = () =>
    writeFile(join(folder, "releases.json"), JSON.stringify({ environment: environment.name, releases: [] }));

  test("takes back what deploy-workers wrote down", async () => {
    await nothing();
    await deploy();
    await writeArchive(folder, service, "second");
    await deploy();
    const { exitCode, stderr } = await rollBack(join(folder, "releases.json"));
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringContaining("rolled back from revision 3 to 2"),
    });
    expect(worker.history.at(-1)).toBe(`2 x ${minTasks}`);
  });

  test("takes functions back although a worker cannot be, and fails", async () => {
    const [{ name: fn } = { name: "" }] = deployedFunctions(services);
    const live = aws.lambda.add(functionName(environment.name, fn));
    live.versions.set("2", { sha256: "second", pending: 0 });
    live.route("2", {});
    const released = { environment: environment.name, releases: [{ service: fn, from: "1", to: "2" }] };
    await writeFile(join(folder, "releases.json"), JSON.stringify(released));
    await deploy();
    aws.ecs.services.clear();
    const { exitCode, stderr } = await rollBack(join(folder, "releases.json"));
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`ECS knows no service ${name}`);
    expect(live.history.at(-1)).toBe("1");
  });
});
