import { resource } from "./programs/small";
import { Sandbox } from "./sandbox";

const sandbox = new Sandbox();
beforeAll(() => sandbox.start());
afterAll(() => sandbox.stop());

it("a resource that exists already is imported, and changed rather than replaced", async () => {
  const url = "https://sqs.eu-west-1.amazonaws.com/210987654321/orders";
  await sandbox.program("small", (out) => resource(out, "aws_sqs_queue", { name: "orders", delay_seconds: 5 }));
  const imported = await sandbox.terraform("import", "-input=false", "aws_sqs_queue.it", url);
  expect(imported.stdout).toContain("Import successful!");
  // 30 s is what AWS and the provider take for a queue that says nothing else.
  expect((await sandbox.state()).resources["aws_sqs_queue.it"]).toMatchObject({
    id: url,
    visibility_timeout_seconds: 30,
  });
  const { stdout } = await sandbox.terraform("plan", "-input=false");
  expect(stdout).toContain("Plan: 0 to add, 1 to change, 0 to destroy.");
});
