import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { environments } from "../../config/environments";
import { deployedFunctions, deployedWorkers } from "../../config/service";
import { services } from "../../config/services";
import { realPlatform, resources } from "../stacks/synthesized";

const folder = "docs/runbooks";
const runbooks = readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")] as const);

/** Commands of a page: lines of its blocks, and whatever in its text begins like one. */
function commands(text: string): string[] {
  const blocks = [...text.matchAll(/^ *```\n(.*?)^ *```$/gms)].flatMap(([, block = ""]) =>
    block.replaceAll(/\\\n\s*/g, "").split("\n"),
  );
  const inline = [
    ...text.replaceAll(/^ *```.*?^ *```$/gms, "").matchAll(/`((?:make|npx|aws|terraform|cdktf|node) [^`]+)`/g),
  ];
  return [...blocks, ...inline.map(([, command = ""]) => command)].map((line) => line.trim()).filter(Boolean);
}

/** `make` prints what it would run, and fails where it has no such target. */
const dryRun = (...args: string[]) => execFileSync("make", ["--dry-run", ...args], { encoding: "utf8", stdio: "pipe" });

test.each(runbooks)("every command of %s is there for who reads it", (_file, text) => {
  for (const command of commands(text)) {
    const [program = "", name = ""] = command.split(/\s+/);
    // The operator brings AWS's own command line; everything else comes with the project.
    if (program === "aws") continue;
    if (program === "npx") expect([command, existsSync(join("node_modules/.bin", name))]).toEqual([command, true]);
    else if (program === "make") expect(() => dryRun(name, "ENV=development")).not.toThrow();
    else throw new Error(`${command}: a runbook calls make, npx or aws`);
  }
});

test("make terraform runs Terraform in a stack's folder", () => {
  expect(dryRun("terraform", "STACK=state", "DO=init -migrate-state")).toContain(
    "terraform -chdir=cdktf.out/stacks/state init -migrate-state\n",
  );
  expect(dryRun("terraform")).not.toContain("-chdir");
});

describe("an alarm", () => {
  const alarms = resources(realPlatform)
    .filter(({ type }) => type === "aws_cloudwatch_metric_alarm" || type === "aws_cloudwatch_composite_alarm")
    .map(({ stack, settings }) => ({
      stack,
      name: String(settings.alarm_name),
      page: /Runbook: docs\/runbooks\/(\S+\.md)$/.exec(String(settings.alarm_description))?.[1],
    }));
  const names = (all: readonly { readonly name: string }[]) => `(${all.map(({ name }) => name).join("|")})`;

  /** Whether a page says that an alarm fires, as `queue-*` or `<worker>-tasks`. */
  const saysOf = (text: string) => {
    const said = [...text.matchAll(/^(.*)\bfires\b/gm)].flatMap(([, before = ""]) =>
      [...before.matchAll(/`([^`]+)`/g)].map(([, pattern = ""]) => pattern),
    );
    const patterns = said.map((pattern) =>
      pattern
        .replaceAll("*", ".+")
        .replaceAll("<worker>", names(deployedWorkers(services)))
        .replaceAll("<function>", names(deployedFunctions(services))),
    );
    const fires = new RegExp(`^${names(environments)}-(${patterns.join("|")})$`);
    return (alarm: string) => patterns.length > 0 && fires.test(alarm);
  };

  test("names the runbook that says it fires, and no other", () => {
    const said = runbooks.flatMap(([page, text]) => {
      const fires = saysOf(text);
      return alarms.filter(({ name }) => fires(name)).map(({ name }) => `${name}: ${page}`);
    });
    const named = alarms.flatMap(({ name, page }) => (page === undefined ? [] : [`${name}: ${page}`]));
    expect(new Set(said).size).toBeGreaterThan(0);
    expect(named.sort()).toEqual(said.sort());
  });

  test("or a mail of a rule that names one names a page that says what it is", () => {
    const templates = resources(realPlatform)
      .filter(({ type, stack }) => type === "aws_cloudwatch_event_target" && stack !== "state")
      .map(({ settings }) => JSON.stringify(settings.input_transformer));
    expect(templates).not.toEqual([]);
    for (const template of templates) {
      const [, page = ""] = /Runbook: docs\/runbooks\/(\S+\.md)/.exec(template) ?? [];
      expect(runbooks.find(([file]) => file === page)?.[1]).toContain("A mail `... it failed`");
    }
  });

  test("of the queue, of a worker or of dead letters names one, in every environment", () => {
    const treated = alarms.filter(
      ({ stack, name }) => /-(queue|workers)$/.test(stack) || name.endsWith("-dead-letters"),
    );
    expect(new Set(treated.map(({ stack }) => stack.split("-")[0]))).toEqual(
      new Set(environments.map(({ name }) => name)),
    );
    expect(treated.filter(({ page }) => page === undefined)).toEqual([]);
  });
});
