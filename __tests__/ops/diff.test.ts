import { cpSync, existsSync, readFileSync } from "node:fs";
import { createServer, request as forward, type IncomingMessage, type Server } from "node:http";
import { join } from "node:path";
import { type Rehearsal, startRehearsal } from "@platform/rehearsal";
import { Terraform } from "@platform/terraform";
import { development } from "../../config/environments/development";
import { services } from "../../config/services";
import { deployedStacks } from "../../permissions/infrastructure";
import { pipelinePermissions } from "../../permissions/roles";
import { isAllowed, matches, type Request, SynthesizedPolicies } from "../permissions/policies";
import { realPlatform, withSynthesized } from "../stacks/synthesized";
import { Checkout } from "./pipeline/gitlab";

jest.setTimeout(300_000);

/** Passes requests on to the state backend and notes each as IAM sees it. */
class Recorder {
  readonly calls: Request[] = [];
  private readonly servers: Server[] = [];

  /** Where requests for `target` go from now on. */
  async inFrontOf(target: string): Promise<string> {
    const server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const body = Buffer.concat(chunks);
        this.calls.push(understand(incoming, body));
        const { method, headers, url: path = "/" } = incoming;
        const onward = forward(new URL(path, target), { method, headers }, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
        });
        onward.end(body);
      });
    });
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  }

  stop(): void {
    for (const server of this.servers) {
      server.close();
      server.closeAllConnections();
    }
  }
}

const verbs: Readonly<Record<string, string>> = {
  GET: "GetObject",
  HEAD: "GetObject",
  PUT: "PutObject",
  DELETE: "DeleteObject",
};

function understand({ method = "", url = "/", headers }: IncomingMessage, body: Buffer): Request {
  const operation = String(headers["x-amz-target"] ?? "").split(".")[1];
  if (operation !== undefined) {
    const { TableName, Key, Item } = JSON.parse(body.toString());
    return {
      action: `dynamodb:${operation}`,
      resource: `arn:aws:dynamodb:eu-west-1:111122223333:table/${TableName}`,
      context: { "dynamodb:LeadingKeys": [String((Key ?? Item).LockID.S)] },
    };
  }
  const { pathname, searchParams } = new URL(url, "http://s3");
  const [, bucket = "", key = ""] = /^\/([^/]+)\/?(.*)$/.exec(decodeURIComponent(pathname)) ?? [];
  if (key !== "") return { action: `s3:${verbs[method]}`, resource: `arn:aws:s3:::${bucket}/${key}`, context: {} };
  const prefix = searchParams.get("prefix");
  return {
    action: "s3:ListBucket",
    resource: `arn:aws:s3:::${bucket}`,
    context: prefix === null ? {} : { "s3:prefix": prefix },
  };
}

const checkout = new Checkout();
const synthesized = new SynthesizedPolicies(realPlatform);
const stated = pipelinePermissions(development, services).roles;
let rehearsal: Rehearsal;
let stacks: Awaited<ReturnType<Rehearsal["prepare"]>>;
let recorder: Recorder;
let variables: Record<string, string>;

beforeAll(async () => {
  withSynthesized(realPlatform, (out) => cpSync(out, join(checkout.folder, "cdktf.out"), { recursive: true }));
  rehearsal = await startRehearsal();
  stacks = await rehearsal.prepare(join(checkout.folder, "cdktf.out"));
  recorder = new Recorder();
  const environment = rehearsal.environment();
  variables = {
    ...environment,
    AWS_ENDPOINT_URL_S3: await recorder.inFrontOf(environment.AWS_ENDPOINT_URL_S3 ?? ""),
    AWS_ENDPOINT_URL_DYNAMODB: await recorder.inFrontOf(environment.AWS_ENDPOINT_URL_DYNAMODB ?? ""),
  };
});
afterAll(async () => {
  recorder.stop();
  await rehearsal.stop();
  checkout.remove();
});

/** Of the statements about the state: those that no call used. */
function unused(role: "plan" | "deploy", calls: readonly Request[]): string[] {
  const permissions = stated[role].state ?? [];
  return permissions.flatMap(({ sid, actions, resources }) =>
    actions
      .filter(
        (action) =>
          !calls.some((call) => call.action === action && resources.some((pattern) => matches(pattern, call.resource))),
      )
      .map((action) => `${sid} ${action}`),
  );
}

async function refused(role: string, calls: readonly Request[]): Promise<Request[]> {
  const principal = synthesized.role("development", role);
  const answers = await Promise.all(
    calls.map((call) => isAllowed(principal, call, { resourcePolicy: synthesized.resourcePolicy(call) })),
  );
  return calls.filter((_call, index) => !answers[index]);
}

/** S3 and DynamoDB ask KMS on the caller's behalf, and the local ones have no keys. */
const onBehalf = ["DecryptLocks kms:Decrypt", "EncryptStates kms:Decrypt", "EncryptStates kms:GenerateDataKey"];

test("Terraform deploys the stacks with the rights on states and locks that deploy has, all of them and no other", async () => {
  for (const name of deployedStacks.map((stack) => `development-${stack}`)) {
    const stack = stacks.find((found) => found.name === name);
    if (stack === undefined) throw new Error(`no stack ${name}`);
    const terraform = new Terraform(stack.folder, { ...process.env, ...variables });
    await terraform.init();
    await terraform.plan();
    await terraform.apply();
  }
  expect(await refused("deploy", recorder.calls)).toEqual([]);
  expect(unused("deploy", recorder.calls).sort()).toEqual(onBehalf);
});

test("make diff compares every stack with cdktf, fails on drift, and makes the calls that plan states, all and no other", async () => {
  recorder.calls.length = 0;
  const { exitCode, log } = await checkout.make(["diff", "ENV=development", "DRIFT=1"], variables);
  const report = JSON.parse(readFileSync(join(checkout.folder, "build/plan-report.json"), "utf8"));
  // The deployed stacks stand, the gitlab stack does not.
  expect(report).toEqual({ create: expect.any(Number), update: 0, delete: 0 });
  expect(log).toContain(`development: ${report.create} to create, 0 to update, 0 to delete`);
  expect(log).toContain("development is not what the code says");
  expect(exitCode).not.toBe(0);
  expect(existsSync(join(checkout.folder, "cdktf.out/stacks/development-api/plan"))).toBe(false);

  expect(await refused("plan", recorder.calls)).toEqual([]);
  expect(unused("plan", recorder.calls).sort()).toEqual(onBehalf);
});
