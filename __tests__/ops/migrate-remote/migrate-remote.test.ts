import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CodeBuildClient } from "@aws-sdk/client-codebuild";
import { S3Client } from "@aws-sdk/client-s3";
import { migrateRemote } from "../../../ops/migrate-remote/migrate-remote";
import { clientSettings, reportRetries } from "../../../ops/program/aws";
import { AwsError } from "../aws-stand-in/call";
import { AwsStandIn } from "../aws-stand-in/server";

const bucket = "development-artifacts-111122223333";
const key = "migrations/migrations.zip";
const project = "development-migrations";

let aws: AwsStandIn;
let output: string[];
let log: string[];
let cancel: AbortController;

beforeEach(async () => {
  aws = await AwsStandIn.start();
  output = [];
  log = [];
  cancel = new AbortController();
});
afterEach(() => aws.stop());

function migrate(content = "zip"): Promise<void> {
  const report = (line: string) => void output.push(line);
  const settings = { ...clientSettings("eu-west-1"), ...aws.clientSettings };
  return migrateRemote(
    {
      s3: reportRetries(new S3Client(settings), report),
      codebuild: reportRetries(new CodeBuildClient(settings), report),
      logs: reportRetries(new CloudWatchLogsClient(settings), report),
      project,
      artifact: { bucket, key, content: Buffer.from(content) },
      interval: 1,
      report,
      writeLog: (line) => void log.push(line),
    },
    cancel.signal,
  );
}

const actions = () => aws.calls.map(({ action }) => action);
const throttled = () => new AwsError("ThrottlingException", "Rate exceeded");
const cancelNow = () => {
  cancel.abort(new Error("cancelled"));
  return undefined;
};

describe("a migration from inside the VPC", () => {
  test("uploads the artifact, then starts one build and follows it until it has succeeded", async () => {
    await migrate();
    expect(aws.s3.objects.get(`${bucket}/${key}`)?.toString()).toBe("zip");
    expect(actions().indexOf("s3:PutObject")).toBeLessThan(actions().indexOf("codebuild:StartBuild"));
    expect(aws.codebuild.builds).toHaveLength(1);
    expect(output.at(-1)).toBe("development-migrations:build-1 succeeded");
  });

  test("shows each line of the build's log once and in order, and each phase", async () => {
    aws.codebuild.steps = [
      { phase: "PROVISIONING" },
      { phase: "BUILD", log: ["a", "b", "c"] },
      { phase: "BUILD", log: ["d"] },
      { phase: "COMPLETED", status: "SUCCEEDED", log: ["e"] },
    ];
    await migrate();
    expect(log).toEqual(["a", "b", "c", "d", "e"]);
    expect(output.filter((line) => line.includes(": "))).toEqual([
      "development-migrations:build-1: PROVISIONING",
      "development-migrations:build-1: BUILD",
      "development-migrations:build-1: COMPLETED",
    ]);
  });

  test("overrides nothing of what the project says", async () => {
    await migrate();
    expect(aws.calls.find(({ action }) => action === "codebuild:StartBuild")?.context).toEqual({});
  });

  test("replaces an artifact that is there already", async () => {
    aws.s3.objects.set(`${bucket}/${key}`, Buffer.from("older"));
    await migrate("newer");
    expect(aws.s3.objects.get(`${bucket}/${key}`)?.toString()).toBe("newer");
  });
});

describe("a build that does not succeed", () => {
  test("ends the migration with the phase, the reason and the exit code of its command", async () => {
    aws.codebuild.steps = [
      { phase: "COMPLETED", status: "FAILED", failure: { phase: "BUILD", message: "node migrate.mjs: exit status 3" } },
    ];
    await expect(migrate()).rejects.toMatchObject({
      message:
        "development-migrations:build-1 ended as FAILED in phase BUILD: COMMAND_EXECUTION_ERROR: node migrate.mjs: exit status 3",
      exitCode: 3,
    });
  });

  test("says that it ran out of its time", async () => {
    aws.codebuild.steps = [
      { phase: "COMPLETED", status: "TIMED_OUT", failure: { phase: "BUILD", message: "Build has timed out." } },
    ];
    await expect(migrate()).rejects.toMatchObject({
      message: expect.stringContaining("ran out of its time"),
      exitCode: 1,
    });
  });
});

describe("a build that runs already", () => {
  test("is waited for before its artifact is replaced", async () => {
    aws.codebuild.start(project, "pipeline-41", [
      { phase: "BUILD" },
      { phase: "BUILD" },
      { phase: "COMPLETED", status: "SUCCEEDED" },
    ]);
    await migrate();
    expect(output[0]).toBe("waiting for development-migrations:build-1, which pipeline-41 started");
    const order = actions();
    expect(
      order.slice(0, order.indexOf("s3:PutObject")).filter((action) => action === "codebuild:BatchGetBuilds"),
    ).toHaveLength(3);
    expect(aws.codebuild.builds).toHaveLength(2);
  });

  test("is waited for too when it starts in the moment before ours", async () => {
    aws.next("codebuild:StartBuild", () => {
      aws.codebuild.start(project, "pipeline-41", [{ phase: "BUILD" }, { phase: "COMPLETED", status: "SUCCEEDED" }]);
      return undefined;
    });
    await migrate();
    expect(output).toContainEqual(
      expect.stringMatching(/^another build was faster, .+ more than 1 builds .+ project$/),
    );
    expect(output).toContain("waiting for development-migrations:build-1, which pipeline-41 started");
    expect(output.at(-1)).toBe("development-migrations:build-2 succeeded");
  });
});

describe("an account with few builds", () => {
  test("ends at once, and names the quota, when it may run none: no waiting mends that", async () => {
    aws.codebuild.accountLimit = 0;
    await expect(migrate()).rejects.toThrow(
      /^CodeBuild lets this account run no build \(.+\): ask for at least 1 of the quota L-5ED1D25B, codebuild: Concurrently running builds for ARM\/Small environment/,
    );
    expect(actions().filter((action) => action === "codebuild:StartBuild")).toHaveLength(1);
    expect(output.filter((line) => line.includes("trying again"))).toEqual([]);
  });

  test("is waited for, with progress, when another project builds", async () => {
    aws.codebuild.accountLimit = 1;
    const other = aws.codebuild.start("another-project", "pipeline-7", [{ phase: "BUILD" }]);
    aws.next(
      "codebuild:StartBuild",
      () => undefined,
      () => {
        other.steps = [{ phase: "COMPLETED", status: "SUCCEEDED" }];
        return undefined;
      },
    );
    await migrate();
    expect(output).toContain(
      "another build was faster, trying again: Cannot have more than 1 builds in queue for the account",
    );
    expect(output.at(-1)).toBe("development-migrations:build-2 succeeded");
  });
});

describe("a network that fails and an AWS that is busy", () => {
  test("a throttled start is tried again, and says so", async () => {
    aws.next("codebuild:StartBuild", throttled);
    await migrate();
    expect(output).toContain("StartBuildCommand: AWS asks for patience (ThrottlingException), trying again");
    expect(aws.codebuild.builds).toHaveLength(1);
  });

  test("a start whose answer is lost starts no second build", async () => {
    aws.next("codebuild:StartBuild", () => "cut after");
    await migrate();
    expect(actions().filter((action) => action === "codebuild:StartBuild")).toHaveLength(2);
    expect(aws.codebuild.builds).toHaveLength(1);
  });

  test("a connection lost while following loses and repeats no line", async () => {
    aws.codebuild.steps = [
      { phase: "BUILD", log: ["a", "b", "c"] },
      { phase: "COMPLETED", status: "SUCCEEDED", log: ["d"] },
    ];
    aws.next("codebuild:BatchGetBuilds", () => "cut before");
    aws.next(
      "logs:GetLogEvents",
      () => undefined,
      () => "cut before",
      () => "cut after",
    );
    await migrate();
    expect(log).toEqual(["a", "b", "c", "d"]);
    expect(output).toContainEqual(expect.stringMatching(/GetLogEventsCommand: the connection was lost/));
  });

  test("a log that appears only after the build has ended is still shown", async () => {
    aws.codebuild.steps = [{ phase: "COMPLETED", status: "SUCCEEDED", log: ["a"] }];
    aws.logs.late = 2;
    await migrate();
    expect(log).toEqual(["a"]);
  });

  test("a build that leaves no log succeeds all the same, and names where to look", async () => {
    aws.codebuild.steps = [{ phase: "COMPLETED", status: "SUCCEEDED" }];
    await migrate();
    expect(output).toContain("the build left no log, see https://console/build-1");
  });
});

describe("a cancelled job", () => {
  test.each([
    ["while it is queued", 1],
    ["while it runs", 2],
    ["after it has ended but before its log is read", 3],
  ])("stops its build %s", async (_when, look) => {
    const looks = Array.from({ length: look - 1 }, () => () => undefined);
    aws.next("codebuild:BatchGetBuilds", ...looks, cancelNow);
    await expect(migrate()).rejects.toThrow("cancelled");
    expect(aws.codebuild.stopped).toEqual(["development-migrations:build-1"]);
    expect(output.at(-1)).toBe("stopped development-migrations:build-1");
  });

  test("stops the build that it was just starting", async () => {
    aws.next("codebuild:StartBuild", cancelNow);
    await expect(migrate()).rejects.toThrow("cancelled");
    expect(aws.codebuild.stopped).toEqual(["development-migrations:build-1"]);
  });

  test("starts none when it is cancelled during the upload", async () => {
    aws.next("s3:PutObject", cancelNow);
    await expect(migrate()).rejects.toThrow("cancelled");
    expect(aws.codebuild.builds).toEqual([]);
  });

  test("leaves the build of somebody else alone while it waits for it", async () => {
    aws.codebuild.start(project, "pipeline-41", [{ phase: "BUILD" }]);
    aws.next("codebuild:BatchGetBuilds", cancelNow);
    await expect(migrate()).rejects.toThrow("cancelled");
    expect(aws.codebuild.stopped).toEqual([]);
    expect(aws.codebuild.builds).toHaveLength(1);
  });
});
