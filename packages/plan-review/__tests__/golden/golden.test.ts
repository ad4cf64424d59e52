import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planStacks } from "@platform/rehearsal";
import { type PlanFile, readPlan } from "@platform/terraform";
import { review } from "../../src/review";
import { type GoldenChange, goldenChanges } from "./changes";

const folder = mkdtempSync(join(tmpdir(), "golden-changes-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** One program holds all changes, so that one plan of the real Terraform shows them all: each has a name of its own. */
const own = (index: number) => `c${index}`;

function write(program: string, text: (change: GoldenChange) => string | undefined): string {
  const path = join(folder, program, "infra");
  mkdirSync(path, { recursive: true });
  cpSync(join(__dirname, "modules"), join(path, "modules"), { recursive: true });
  writeFileSync(join(path, "code.zip"), "");
  writeFileSync(join(path, "main.tf"), 'provider "aws" {\n  region = "eu-west-1"\n}\n');
  for (const [index, change] of goldenChanges.entries()) {
    writeFileSync(join(path, `${own(index)}.tf`), (text(change) ?? "").replaceAll("NAME", own(index)));
  }
  return path;
}

let plan: PlanFile;
beforeAll(async () => {
  const before = write("before", (change) => change.before);
  const after = write("after", (change) => change.after);
  const { problems } = await planStacks({ folder: after, from: before, planFolder: join(folder, "plans") });
  expect(problems).toEqual([]);
  plan = readPlan("infra.json", readFileSync(join(folder, "plans", "infra.json"), "utf8"));
}, 120_000);

test.each(goldenChanges.map((change, index) => [change.name, change.verdict, index, change] as const))(
  "%s: %s",
  async (_, verdict, index) => {
    const mine = new RegExp(`\\b${own(index)}(\\b|_)`);
    const changes = plan.document.resource_changes.filter(({ address }) => mine.test(address));
    const document = { ...plan.document, resource_changes: changes, resource_drift: [] };
    const found = await review([{ ...plan, document }], { environment: "golden" });
    const reasons = found.reasons.map(({ rule }) => rule).join(", ");
    expect(`${found.verdict}: ${reasons}`).toMatch(new RegExp(`^${verdict}: `));
  },
);
