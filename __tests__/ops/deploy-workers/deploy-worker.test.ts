import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { deployWorker } from "../../../ops/deploy-workers/deploy-worker";
import { rollBack } from "../../../ops/deploy-workers/roll-back";
import type { ImageFile } from "../../../ops/image/image-file";
import { clientSettings, reportRetries } from "../../../ops/program/aws";
import type { Release } from "../../../ops/program/release-file";
import type { EcsService } from "../aws-stand-in/ecs";
import { AwsStandIn, type Fault } from "../aws-stand-in/server";
import { type Registry, startRegistry, writeArchive } from "./image-registry";

const name = "production-shipping";
const revision = (number: number) => `arn:aws:ecs:eu-west-1:111122223333:task-definition/${name}:${number}`;

let registry: Registry;
let folder: string;
beforeAll(async () => {
  registry = await startRegistry();
  folder = await mkdtemp(join(tmpdir(), "deploy-worker-"));
});
afterAll(async () => {
  await registry?.stop();
  await rm(folder, { recursive: true, force: true });
});

let aws: AwsStandIn;
let service: EcsService;
let output: string[];
let released: Release[];
let cancel: AbortController;

beforeEach(async () => {
  aws = await AwsStandIn.start();
  aws.ecr.registry = registry;
  service = aws.ecs.add(name, "shipping");
  output = [];
  released = [];
  cancel = new AbortController();
});
afterEach(() => aws.stop());

function watch() {
  const report = (line: string) => void output.push(line);
  const settings = { ...clientSettings("eu-west-1"), ...aws.clientSettings };
  return {
    ecs: reportRetries(new ECSClient(settings), report),
    ecr: reportRetries(new ECRClient(settings), report),
    cluster: "production",
    name,
    service: "shipping",
    interval: 1,
    report,
  };
}

function deploy(image: ImageFile, { timeLimit = 60, minTasks = 2 } = {}): Promise<Release> {
  return deployWorker(
    {
      ...watch(),
      repository: name,
      image,
      minTasks,
      timeLimit,
      onRelease: async (release) => void released.push(release),
    },
    cancel.signal,
  );
}

const image = (label: string) => writeArchive(folder, "shipping", label);
const actions = () => aws.calls.map(({ action }) => action);
const cancelNow: Fault = () => {
  cancel.abort(new Error("cancelled"));
  return undefined;
};
const passed: Fault = () => undefined;

describe("the first release of a worker", () => {
  test("copies the image to the environment's repository, runs it by its digest, and makes the first tasks", async () => {
    const first = await image("first");
    await expect(deploy(first)).resolves.toEqual({ service: "shipping", from: revision(1), to: revision(2) });
    const tag = first.digest.slice(7, 19);
    await expect(registry.digestOf(name, tag)).resolves.toBe(first.digest);
    expect(aws.ecs.imageOf(service)).toBe(`${registry.host}/${name}@${first.digest}`);
    expect(service.history).toEqual(["1 x 0", "2 x 2"]);
    expect(released).toEqual([{ service: "shipping", from: revision(1), to: revision(2) }]);
  });

  test("that fails leaves no task: nobody has the image of Terraform's revision", async () => {
    service.outcomes.set(2, "does not start");
    await expect(deploy(await image("first"))).rejects.toThrow("ECS gave up revision 2");
    expect(service.history.at(-1)).toBe("1 x 0");
    expect(output.at(-1)).toBe(`${name}: stopped; there is no revision before 2 to go back to`);
  });
});

describe("a release", () => {
  beforeEach(async () => {
    await deploy(await image("first"));
    output.length = 0;
    released.length = 0;
  });

  test("makes a revision that differs in the image alone", async () => {
    const settings = {
      containerDefinitions: [
        { name: "shipping", image: "of before", environment: [{ name: "LOG_LEVEL", value: "info" }], stopTimeout: 30 },
        { name: "beside", image: "another" },
      ],
      cpu: "256",
      memory: "512",
      networkMode: "awsvpc",
      runtimePlatform: { cpuArchitecture: "ARM64" },
      volumes: [{ name: "tmp", host: {} }],
      taskRoleArn: "arn:aws:iam::111122223333:role/production-shipping",
      executionRoleArn: "arn:aws:iam::111122223333:role/production-shipping-execution",
      requiresCompatibilities: ["FARGATE"],
    };
    const tags = [{ key: "environment", value: "production" }];
    aws.ecs.register(name, settings, tags);
    const second = await image("second");
    await expect(deploy(second)).resolves.toMatchObject({ from: revision(2), to: revision(4) });
    const [container, ...others] = settings.containerDefinitions;
    expect(aws.ecs.families.get(name)?.at(-1)).toEqual({
      settings: {
        ...settings,
        containerDefinitions: [{ ...container, image: `${registry.host}/${name}@${second.digest}` }, ...others],
      },
      tags,
    });
  });

  test("of what runs already changes nothing", async () => {
    const before = aws.calls.length;
    await expect(deploy(await image("first"))).resolves.toMatchObject({ from: revision(2), to: revision(2) });
    expect(actions().slice(before)).toEqual([
      "ecr:GetAuthorizationToken",
      "ecr:BatchGetImage",
      "ecs:DescribeTaskDefinition",
      "ecs:DescribeServices",
    ]);
    expect(released).toEqual([]);
    expect(output).toContainEqual(expect.stringMatching(/ is there already$/));
  });

  test("leaves the number of tasks to autoscaling, unless there are fewer than the least", async () => {
    service.desiredCount = 7;
    await deploy(await image("second"));
    expect(service.history.at(-1)).toBe("3 x 7");
    service.desiredCount = 1;
    await deploy(await image("second"));
    expect(service.history.at(-1)).toBe("3 x 2");
  });

  test("notes what it releases before the first task starts, and tells what ECS does", async () => {
    aws.next("ecs:UpdateService", () => {
      expect(released).toEqual([{ service: "shipping", from: revision(2), to: revision(3) }]);
      return undefined;
    });
    await deploy(await image("second"));
    expect(output).toEqual(
      expect.arrayContaining([
        `${name}: has started 2 tasks.`,
        `${name}: 2 of 2 tasks run on revision 3`,
        `${name}: revision 3 runs alone`,
      ]),
    );
    expect.assertions(2);
  });

  test.each([
    ["whose tasks do not start", "does not start", "ECS deployment circuit breaker: tasks failed to start."],
    ["at which an alarm fires", "fires an alarm", "ECS deployment failed: alarm detected."],
  ] as const)(
    "%s ends with ECS's reason and why tasks ended; the one before runs on",
    async (_what, outcome, reason) => {
      service.outcomes.set(3, outcome);
      await expect(deploy(await image("second"))).rejects.toThrow(
        new RegExp(
          `^ECS gave up revision 3 of ${name}: ${reason}\ntask \\w+ ended: Essential container in task exited; worker exited with 1$`,
        ),
      );
      expect(service.history.at(-1)).toBe("2 x 2");
      expect(output).toContain(`${name}: (deployment ecs-svc/3) deployment failed: tasks failed to start.`);
    },
  );

  test("that failed can be tried again", async () => {
    service.outcomes.set(3, "does not start");
    const second = await image("second");
    await expect(deploy(second)).rejects.toThrow("gave up");
    service.outcomes.clear();
    await expect(deploy(second)).resolves.toEqual({ service: "shipping", from: revision(2), to: revision(3) });
  });

  test("that ECS never ends is taken back when its time is over", async () => {
    service.outcomes.set(3, "hangs");
    await expect(deploy(await image("second"), { timeLimit: 0.05 })).rejects.toThrow(
      "revision 3 is not running after 0.05 s",
    );
    expect(service.history.slice(-2)).toEqual(["3 x 2", "2 x 2"]);
  });

  test("says so when another deployment takes its place, and leaves that alone", async () => {
    aws.next("ecs:DescribeServices", passed, () => {
      aws.ecs.register(name, {});
      service.begin(revision(4), "IN_PROGRESS", "ECS deployment in progress.", 1);
      return undefined;
    });
    await expect(deploy(await image("second"))).rejects.toThrow(
      "another deployment gave production-shipping revision 4",
    );
    expect(service.history.at(-1)).toBe("4 x 2");
  });

  test("of an image on a base of somebody's own machine is refused", async () => {
    const second = await image("second");
    const own: ImageFile = { ...second, base: { ...second.base, origin: "local" } };
    await expect(deploy(own)).rejects.toThrow("the pipeline's comes of a registry");
    expect(service.history.at(-1)).toBe("2 x 2");
  });

  test("of an archive that holds another image than it says is refused", async () => {
    const second = await image("second");
    const wrong: ImageFile = { ...second, digest: `sha256:${"1".repeat(64)}` };
    await expect(deploy(wrong)).rejects.toThrow(`must hold ${wrong.digest}, got ${second.digest}`);
    expect(service.history.at(-1)).toBe("2 x 2");
  });
});

describe("a cancelled job", () => {
  test.each<[string, string, Fault[], string[]]>([
    ["before the copy", "ecr:BatchGetImage", [cancelNow], []],
    ["before the service knows of it", "ecs:DescribeServices", [cancelNow], []],
    ["as the service gets the revision", "ecs:UpdateService", [cancelNow], ["3 x 2", "2 x 2"]],
    ["while tasks are replaced", "ecs:DescribeServices", [passed, passed, cancelNow], ["3 x 2", "2 x 2"]],
  ])("leaves the revision before in service: %s", async (_when, action, faults, history) => {
    await deploy(await image("first"));
    const before = service.history.length;
    aws.next(action, ...faults);
    await expect(deploy(await image("second"))).rejects.toThrow("cancelled");
    expect(service.history.slice(before)).toEqual(history);
  });
});

describe("an answer that is lost", () => {
  test.each(["ecs:UpdateService", "ecs:RegisterTaskDefinition"])("of %s stops no release", async (action) => {
    aws.next(action, () => "cut after");
    const { to } = await deploy(await image("first"));
    expect(service.taskDefinition).toBe(to);
  });
});

describe("taking a release back", () => {
  const takeBack = (release: Release) => rollBack(watch(), release, cancel.signal);

  test("gives the service the revision before, and waits until it runs", async () => {
    await deploy(await image("first"));
    await expect(takeBack(await deploy(await image("second")))).resolves.toBe(true);
    expect(service.deployments[0]).toMatchObject({ taskDefinition: revision(2), rolloutState: "COMPLETED" });
  });

  test("does nothing when it was taken back already, or a later one runs", async () => {
    await deploy(await image("first"));
    const release = await deploy(await image("second"));
    await takeBack(release);
    await expect(takeBack(release)).resolves.toBe(false);
    await deploy(await image("third"));
    await expect(takeBack(release)).resolves.toBe(false);
    expect(service.history.at(-1)).toBe("4 x 2");
  });

  test("of the first release stops its tasks", async () => {
    await expect(takeBack(await deploy(await image("first")))).resolves.toBe(true);
    expect(service.history.at(-1)).toBe("1 x 0");
  });
});
