import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { review, toText } from "@platform/plan-review";
import { type PlanFile, readPlan } from "@platform/terraform";
import * as z from "zod";
import { settings } from "../../../ops/review/settings";

const folder = join(__dirname, "recorded");
const plansOf = (name: string): readonly PlanFile[] => {
  const recorded = gunzipSync(readFileSync(join(folder, `${name}.json.gz`))).toString();
  return Object.entries(z.record(z.string(), z.json()).parse(JSON.parse(recorded))).map(([stack, plan]) =>
    readPlan(`${stack}.json`, JSON.stringify(plan)),
  );
};

/**
 * Changes of this platform as the real Terraform planned them for production, and what the review says of them. They are kept as they were:
 * a rule that says something else of them from now on shows it here.
 */
test.each(["imports-backups-egress"])("%s is reviewed as it was", async (name) => {
  const said = toText(await review(plansOf(name), { environment: "production", settings }));
  expect(said).toBe(readFileSync(join(folder, `${name}.txt`), "utf8"));
});
