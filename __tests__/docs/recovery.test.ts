import { existsSync, readFileSync } from "node:fs";
import { environments } from "../../config/environments";
import { type Resource, realPlatform, resources } from "../stacks/synthesized";

const page = readFileSync("docs/recovery.md", "utf8");
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .map((line) => line.slice(2, -2).split(" | "));
const all = resources(realPlatform);

const number = (resource: Resource | undefined, key: RegExp) =>
  Number(key.exec(JSON.stringify(resource?.settings ?? {}))?.[1]);

/** The longest that a plan's cron leaves between two hours of a day, and what it may take to begin. */
function hoursBetween(plan: Resource): number {
  const [, list = ""] = /cron\(\d+ ([\d,]+) \? \* \* \*\)/.exec(JSON.stringify(plan.settings)) ?? [];
  const hours = list.split(",").map(Number);
  const gaps = hours.map((hour, index) => (hours[index + 1] ?? (hours[0] ?? 0) + 24) - hour);
  return Math.max(...gaps) + number(plan, /"start_window":(\d+)/) / 60;
}

describe.each(environments)("in $name", ({ name }) => {
  const column = 1 + environments.findIndex((environment) => environment.name === name);
  const said = (row: string) => rows.find(([what = ""]) => what.startsWith(row))?.[column];
  const own = (type: string) => all.find((resource) => resource.type === type && resource.stack === `${name}-database`);
  const plan = own("aws_backup_plan");

  test("the page says after how many hours the next recovery point comes", () => {
    const hours = plan === undefined ? "all" : String(hoursBetween(plan));
    expect([said("the cluster with its own backups"), said("the region")]).toEqual([hours, hours]);
  });

  test("the page says how many days a restore can go back", () => {
    const [copies, kept] = [...JSON.stringify(plan?.settings ?? {}).matchAll(/"delete_after":(\d+)/g)].map(
      ([, d]) => d,
    );
    expect(said("the cluster's own backups")).toBe(
      String(number(own("aws_rds_cluster"), /"backup_retention_period":(\d+)/)),
    );
    expect([said("recovery points in the region"), said("copies in another region")]).toEqual([
      kept ?? "none",
      copies ?? "none",
    ]);
  });
});

test("each page that it sends an operator to is there", () => {
  const links = [...page.matchAll(/\]\(([\w./-]+\.md)/g)].map(([, link = ""]) => link);
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((link) => !existsSync(`docs/${link}`))).toEqual([]);
});
