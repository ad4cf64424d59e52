import { resource } from "./programs/small";
import { Sandbox } from "./sandbox";

const sandbox = new Sandbox();
beforeAll(() => sandbox.start());
afterAll(() => sandbox.stop());

const lambda = {
  function_name: "f",
  role: "arn:aws:iam::123456789012:role/f",
  filename: "f.zip",
  handler: "f.g",
  runtime: "nodejs22.x",
};
const program = (more: Record<string, unknown>) =>
  sandbox.program("small", (out) => resource(out, "aws_lambda_function", { ...lambda, ...more }));
const plan = async () => (await sandbox.terraform("plan", "-input=false")).stdout;
const apply = () => sandbox.terraform("apply", "-auto-approve", "-input=false");

describe("an argument that a program leaves out", () => {
  // Of the provider's documentation of aws_lambda_function: 128 MB, 3 s, Zip.
  it("has the provider's default in plan and state, and is no change when it is written out later", async () => {
    await program({});
    expect(await plan()).toMatch(/memory_size += 128\n[\s\S]*package_type += "Zip"[\s\S]*timeout += 3\n/);
    expect((await apply()).code).toBe(0);
    expect((await sandbox.state()).resources["aws_lambda_function.it"]).toMatchObject({ memory_size: 128, timeout: 3 });
    expect(await plan()).toContain("No changes.");
    await program({ memory_size: 128, package_type: "Zip", timeout: 3 });
    expect(await plan()).toContain("No changes.");
  });

  it("goes back to its default when the program no longer says it", async () => {
    await program({ memory_size: 512 });
    expect((await apply()).code).toBe(0);
    await program({});
    expect(await plan()).toMatch(/memory_size +(= )?512 -> 128/);
  });

  it("has its default inside of a block", async () => {
    await sandbox.program("small", (out) =>
      resource(out, "aws_dynamodb_table", {
        name: "some",
        hash_key: "k",
        attribute: [{ name: "k", type: "S" }],
        ttl: { attribute_name: "at" },
      }),
    );
    expect(await plan()).toMatch(/ttl \{[^}]*enabled += false/);
  });
});
