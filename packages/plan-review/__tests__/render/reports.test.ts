import { gitlabReport, toJson } from "../../src/render/json";
import { toText } from "../../src/render/text";
import { reviewOf } from "../plans";

const changes = [
  { type: "aws_sns_topic", name: "new", after: { a: 1 } },
  { type: "aws_db_proxy", name: "proxy", before: { a: 1 }, after: { a: 2 }, replacedFor: ["a"] },
  { type: "aws_lambda_function", name: "function", before: { timeout: 3 }, after: { timeout: 28 } },
  { type: "aws_s3_bucket", name: "bucket", before: { a: 1 } },
];

test("GitLab's report counts a replacement as a deletion and a creation", async () => {
  expect(gitlabReport(await reviewOf({ changes }))).toEqual({ create: 2, update: 1, delete: 2 });
});

test("the JSON has the verdict, its exit code, the reasons and each change", async () => {
  const json = JSON.parse(toJson(await reviewOf({ changes })));
  expect(json).toMatchObject({ verdict: "stop", exitCode: 3, totals: { create: 1, replace: 1, update: 1, delete: 1 } });
  expect(json.reasons[0]).toMatchObject({
    rule: "stateful-destroyed",
    level: "stop",
    findings: [{ stack: "test-stack", address: "aws_s3_bucket.bucket", detail: "aws_s3_bucket is deleted" }],
  });
  expect(json.stacks[0].changes).toContainEqual(
    expect.objectContaining({
      address: "aws_lambda_function.function",
      action: "update",
      differences: [{ kind: "value", path: "timeout", before: 3, after: 28 }],
    }),
  );
});

test("the terminal shows the verdict, why, and who lets it pass", async () => {
  const lines = toText(await reviewOf({ changes })).split("\n");
  expect(lines[0]).toBe("Stop: test");
  expect(lines[1]).toBe("  stop: Destroys what cannot be built again");
  expect(lines).toContain(
    "To let it pass, a maintainer sets the label stop-accepted or runs the job deploy-infrastructure:production.",
  );
});

test("a name cannot write to the terminal", async () => {
  const text = toText(await reviewOf({ changes: [{ type: "aws_s3_bucket", name: "\u001b[2J", before: { a: 1 } }] }));
  expect(text).not.toContain("\u001b");
});
