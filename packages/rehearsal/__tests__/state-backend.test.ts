import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type StateBackend, startStateBackend } from "../src/state-backend";

const folder = mkdtempSync(join(tmpdir(), "state-backend-"));
const account = "210987654321";
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(["s3Port", "dynamodbPort"])("a port that is in use is named in one sentence (%s)", async (option) => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  const port = typeof address === "object" ? address?.port : undefined;
  try {
    await expect(startStateBackend({ folder, account, [option]: port })).rejects.toThrow(
      new RegExp(`^port ${port} for (S3|DynamoDB) is in use: stop what listens on it or choose another$`),
    );
  } finally {
    other.close();
  }
});

describe("a running state backend", () => {
  let backend: StateBackend;
  beforeAll(async () => {
    backend = await startStateBackend({ folder, account });
  });
  afterAll(() => backend.stop());

  it("says whose its credentials are, as Terraform's backend asks", async () => {
    const answer = await fetch(backend.environment.AWS_ENDPOINT_URL_STS ?? "", { method: "POST" });
    expect(await answer.text()).toContain(`<Account>${account}</Account>`);
  });

  it("keeps any credentials of this machine out of Terraform's environment", () => {
    expect(backend.environment).toMatchObject({ AWS_ACCESS_KEY_ID: "S3RVER", AWS_EC2_METADATA_DISABLED: "true" });
  });
});
