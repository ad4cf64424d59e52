import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { deployFunction } from "../../../ops/deploy-function/deploy-function";
import { rollBack } from "../../../ops/deploy-function/roll-back";
import { clientSettings, reportRetries } from "../../../ops/program/aws";
import type { Release } from "../../../ops/program/release-file";
import { AwsError } from "../aws-stand-in/call";
import type { LambdaFunction } from "../aws-stand-in/lambda";
import { AwsStandIn, type Fault } from "../aws-stand-in/server";

const name = "production-preferences";
const alarm = "production-preferences-errors";

let aws: AwsStandIn;
let live: LambdaFunction;
let output: string[];
let released: Release[];
let cancel: AbortController;

beforeEach(async () => {
  aws = await AwsStandIn.start();
  live = aws.lambda.add(name);
  aws.alarms.states.set(alarm, "OK");
  output = [];
  released = [];
  cancel = new AbortController();
});
afterEach(() => aws.stop());

function watch() {
  const report = (line: string) => void output.push(line);
  const settings = { ...clientSettings("eu-west-1"), ...aws.clientSettings };
  return {
    s3: reportRetries(new S3Client(settings), report),
    lambda: reportRetries(new LambdaClient(settings), report),
    cloudwatch: reportRetries(new CloudWatchClient(settings), report),
    name,
    interval: 1,
    report,
  };
}

function deploy(
  code = "new code",
  { signal = cancel.signal, warmInstances = 0, watchFor = 0.01 } = {},
): Promise<Release> {
  return deployFunction(
    {
      ...watch(),
      environment: "production",
      service: "preferences",
      bucket: "production-artifacts-111122223333",
      zip: Buffer.from(code),
      alarms: [alarm],
      warmInstances,
      firstShare: 0.1,
      watchFor,
      onRelease: async (release) => void released.push(release),
    },
    signal,
  );
}

const actions = () => aws.calls.map(({ action }) => action);
const passed: Fault = () => undefined;
const fire: Fault = () => {
  aws.alarms.states.set(alarm, "ALARM");
  return undefined;
};
const cancelNow: Fault = () => {
  cancel.abort(new Error("cancelled"));
  return undefined;
};

describe("a release", () => {
  test("gives the new version 10 % of the requests, then all", async () => {
    await expect(deploy()).resolves.toEqual({ service: "preferences", from: "1", to: "2" });
    expect(live.history).toEqual(["1", "1 10% 2", "2"]);
  });

  test("uploads the code once, under its hash", async () => {
    await deploy();
    await deploy("other code");
    await deploy();
    expect([...aws.s3.objects.keys()]).toHaveLength(2);
    expect(output).toContainEqual(expect.stringMatching(/functions\/preferences\/[0-9a-f]{64}\.zip is there already$/));
  });

  test("of code that serves already changes nothing", async () => {
    await deploy();
    const before = aws.calls.length;
    await expect(deploy()).resolves.toEqual({ service: "preferences", from: "2", to: "2" });
    expect(live.history).toEqual(["1", "1 10% 2", "2"]);
    expect(actions().slice(before)).not.toContain("lambda:UpdateFunctionCode");
    expect(released).toHaveLength(1);
  });

  test("publishes only when Lambda has taken the code, and shifts only when the version is ready", async () => {
    await deploy();
    const order = actions().filter((action) => /GetFunctionC|UpdateF|Publish|UpdateAlias/.test(action));
    expect(order.map((action) => action.slice("lambda:".length))).toEqual([
      "GetFunctionConfiguration",
      "UpdateFunctionCode",
      "GetFunctionConfiguration",
      "GetFunctionConfiguration",
      "PublishVersion",
      "GetFunctionConfiguration",
      "GetFunctionConfiguration",
      "UpdateAlias",
      "UpdateAlias",
    ]);
  });

  test("waits for a change of the function that somebody else is making", async () => {
    aws.next(
      "lambda:UpdateFunctionCode",
      () => new AwsError("ResourceConflictException", "An update is in progress", 409),
    );
    await deploy();
    expect(live.history.at(-1)).toBe("2");
  });

  test("says why Lambda refuses the code, and shifts nothing", async () => {
    live.latest.failure = "The code is too large";
    await expect(deploy()).rejects.toThrow(
      "Lambda cannot run the new code of production-preferences: The code is too large",
    );
    expect(live.history).toEqual(["1"]);
  });

  test("notes what it releases before the first request reaches it", async () => {
    aws.next("lambda:UpdateAlias", () => {
      expect(released).toEqual([{ service: "preferences", from: "1", to: "2" }]);
      return undefined;
    });
    await deploy();
    expect.assertions(1);
  });
});

describe("an alarm", () => {
  test("that fires at 10 % sends all requests back to the version before", async () => {
    aws.next("cloudwatch:DescribeAlarms", passed, fire);
    await expect(deploy()).rejects.toThrow("alarm production-preferences-errors fires: Threshold Crossed");
    expect(live.history).toEqual(["1", "1 10% 2", "1"]);
    expect(output.at(-1)).toBe("production-preferences: rolled back from version 2 to 1");
  });

  test("that fires at 100 % does the same", async () => {
    const fireWhenShifted: Fault = () => (live.alias.version === "2" ? fire() : undefined);
    aws.next("cloudwatch:DescribeAlarms", ...Array.from({ length: 200 }, () => fireWhenShifted));
    await expect(deploy()).rejects.toThrow("fires");
    expect(live.history).toEqual(["1", "1 10% 2", "2", "1"]);
  });

  test("that fires already stops the release before it starts", async () => {
    aws.alarms.states.set(alarm, "ALARM");
    await expect(deploy()).rejects.toThrow("cannot be told from what is wrong already: see --despite-alarm");
    expect(live.history).toEqual(["1"]);
  });

  test("that does not exist stops the release too: nobody would watch it", async () => {
    aws.alarms.states.clear();
    await expect(deploy()).rejects.toThrow("alarms that must exist, got none named production-preferences-errors");
    expect(live.history).toEqual(["1"]);
  });
});

describe("a new version that fails", () => {
  test.each([
    ["5 % of its requests, answered with a 5xx", 0.05, "answered"],
    ["5 % of its requests, never answered", 0.05, "unanswered"],
    ["every request", 1, "answered"],
  ] as const)("%s, never reaches everyone, though no alarm fires", async (_what, share, how) => {
    live.requests = 600;
    live.failing.set("2", { share, how });
    await expect(deploy()).rejects.toThrow(
      /^version 2 answered 60 requests, \d+ of them with an error: more than 1 %$/,
    );
    expect(live.history).toEqual(["1", "1 10% 2", "1"]);
  });

  test("is found when its metrics come late", async () => {
    live.requests = 600;
    live.failing.set("2", { share: 0.05, how: "answered" });
    aws.metrics.late = 5;
    await expect(deploy("new code", { watchFor: 600 })).rejects.toThrow("more than 1 %");
    expect(live.history).toEqual(["1", "1 10% 2", "1"]);
  });

  test("after all requests have moved to it goes back", async () => {
    live.requests = 600;
    aws.next("lambda:UpdateAlias", passed, () => {
      live.failing.set("2", { share: 0.05, how: "answered" });
      return undefined;
    });
    await expect(deploy()).rejects.toThrow("version 2 answered 600 requests, 30 of them with an error");
    expect(live.history).toEqual(["1", "1 10% 2", "2", "1"]);
  });

  test("no more than the version before ever did is released, and says what it answered", async () => {
    live.requests = 6_000;
    live.failing.set("1", { share: 0.2, how: "answered" });
    live.failing.set("2", { share: 0.005, how: "answered" });
    await deploy();
    expect(live.history).toEqual(["1", "1 10% 2", "2"]);
    expect(output).toContain(`${name}: version 2 answered 600 requests, 3 of them with an error`);
  });
});

describe("versions", () => {
  test("that nothing needs are deleted: the newest ten stay, and those in service", async () => {
    for (let version = 2; version <= 12; version += 1)
      live.versions.set(`${version}`, { sha256: `${version}`, pending: 0 });
    await deploy();
    expect([...live.versions.keys()]).toEqual(["1", ...Array.from({ length: 10 }, (_, index) => `${index + 4}`)]);
    expect(output).toContain(`${name}: deleted the versions 2, 3`);
  });

  test("that cannot be deleted fail no release", async () => {
    for (let version = 2; version <= 12; version += 1)
      live.versions.set(`${version}`, { sha256: `${version}`, pending: 0 });
    aws.next("lambda:DeleteFunction", () => new AwsError("AccessDeniedException", "not allowed", 403));
    await expect(deploy()).resolves.toMatchObject({ to: "13" });
    expect(output).toContain(`${name}: could not delete old versions: not allowed`);
  });
});

describe("a cancelled job", () => {
  test.each<[string, string, Fault[], string[]]>([
    ["during the upload", "s3:PutObject", [cancelNow], ["1"]],
    ["while Lambda takes the code", "lambda:GetFunctionConfiguration", [passed, cancelNow], ["1"]],
    ["while the version is made", "lambda:GetFunctionConfiguration", [passed, passed, passed, cancelNow], ["1"]],
    ["just before the first share", "cloudwatch:DescribeAlarms", [cancelNow], ["1"]],
    ["at the first share", "cloudwatch:DescribeAlarms", [passed, cancelNow], ["1", "1 10% 2", "1"]],
    ["as the first share is given", "lambda:UpdateAlias", [cancelNow], ["1", "1 10% 2", "1"]],
    ["as all requests move", "lambda:UpdateAlias", [passed, cancelNow], ["1", "1 10% 2", "2", "1"]],
  ])("leaves the version before in service: %s", async (_when, action, faults, history) => {
    aws.next(action, ...faults);
    await expect(deploy()).rejects.toThrow("cancelled");
    expect(live.history).toEqual(history);
  });
});

describe("two deployments at once", () => {
  test("never publish each other's code: the one that comes late says so", async () => {
    aws.next("lambda:PublishVersion", () => {
      live.latest.sha256 = "of another deployment";
      return undefined;
    });
    await expect(deploy()).rejects.toThrow("another deployment changed production-preferences meanwhile");
    expect(live.history).toEqual(["1"]);
  });

  test("never overwrite code that changed since they looked", async () => {
    aws.next("lambda:UpdateFunctionCode", () => {
      live.latest = { ...live.latest, sha256: "of another deployment", revision: live.latest.revision + 1 };
      return undefined;
    });
    await expect(deploy()).rejects.toThrow("another deployment changed production-preferences meanwhile");
    expect(live.latest.sha256).toBe("of another deployment");
  });

  test("never move, nor take back, what another has moved", async () => {
    live.versions.set("2", { sha256: "of another deployment", pending: 0 });
    aws.next("lambda:UpdateAlias", passed, () => {
      live.route("1", { 2: 0.1 });
      return undefined;
    });
    await expect(deploy()).rejects.toThrow("another deployment changed production-preferences meanwhile");
    expect(live.history).toEqual(["1", "1 10% 3", "1 10% 2"]);
  });

  test("really run side by side end with one of the two, whole", async () => {
    const ends = await Promise.allSettled([deploy("code a"), deploy("code b")]);
    const done = ends.flatMap((end) => (end.status === "fulfilled" ? [end.value.to] : []));
    expect([live.alias.weights, live.alias.version]).toEqual([{}, done.at(-1) ?? "1"]);
  });
});

describe("an answer that is lost", () => {
  test.each(["lambda:UpdateFunctionCode", "lambda:PublishVersion", "lambda:UpdateAlias", "s3:PutObject"])(
    "of %s is not taken for another deployment",
    async (action) => {
      aws.next(action, () => "cut after");
      await deploy();
      expect(live.versions.size).toBe(2);
      expect(live.history.at(-1)).toBe("2");
    },
  );
});

describe("warm instances", () => {
  test("stand ready on the new version before its first request, and leave the old one after its last", async () => {
    await deploy("first", { warmInstances: 10 });
    aws.next("lambda:UpdateAlias", () => {
      expect([...live.versions.values()].map(({ warm }) => warm?.count)).toEqual([undefined, 10, 10]);
      return undefined;
    });
    await deploy("second", { warmInstances: 10 });
    expect([...live.versions.values()].map(({ warm }) => warm?.count)).toEqual([undefined, undefined, 10]);
    expect.assertions(2);
  });

  test("stay with the version before when a release is rolled back", async () => {
    await deploy("first", { warmInstances: 10 });
    aws.next("cloudwatch:DescribeAlarms", passed, fire);
    await expect(deploy("second", { warmInstances: 10 })).rejects.toThrow("fires");
    expect([...live.versions.values()].map(({ warm }) => warm?.count)).toEqual([undefined, 10, undefined]);
  });
});

describe("taking a release back", () => {
  const takeBack = (release: Release) => rollBack({ ...watch(), warmInstances: 0 }, release, cancel.signal);

  test("sends all requests to the version before", async () => {
    await expect(takeBack(await deploy())).resolves.toBe(true);
    expect(live.history.at(-1)).toBe("1");
  });

  test("does nothing when it was taken back already", async () => {
    const release = await deploy();
    await takeBack(release);
    await expect(takeBack(release)).resolves.toBe(false);
    expect(live.history.at(-1)).toBe("1");
  });

  test("leaves a later release alone", async () => {
    const release = await deploy("second");
    await deploy("third");
    await expect(takeBack(release)).resolves.toBe(false);
    expect(live.history.at(-1)).toBe("3");
  });
});
