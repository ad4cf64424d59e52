import { readFile } from "node:fs/promises";
import { production } from "../../config/environments/production";
import { services } from "../../config/services";
import { permissionRows, permissionsPage } from "../../ops/permissions/page";
import { runProgram } from "./run-program";

test("docs/permissions.md is up to date: make generate writes it", async () => {
  expect(await readFile("docs/permissions.md", "utf8")).toBe(permissionsPage(production, services));
});

test("each right names an action, a resource, the job that needs it, and why", () => {
  for (const { sid, actions, resources, jobs, purpose } of permissionRows(production, services)) {
    expect([sid, [actions, resources, jobs, purpose].map(({ length }) => length > 0)]).toEqual([
      sid,
      [true, true, true, true],
    ]);
  }
});

test("the program prints another environment's rights as JSON", async () => {
  const { exitCode, stdout } = await runProgram("ops/permissions/command.ts", ["--environment", "staging", "--json"]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toContainEqual(
    expect.objectContaining({ role: "staging-gitlab-migrate", actions: ["codebuild:StartBuild"], jobs: ["migrate"] }),
  );
});
