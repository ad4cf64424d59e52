import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as z from "zod";
import { services } from "../../config/services";
import { configurationPage, serviceVariables } from "../../ops/configuration/page";
import { variablesOf } from "../../ops/configuration/variables";
import { type Declarations, loadServices } from "../../ops/program/load-services";

let declared: Declarations;
beforeAll(async () => {
  declared = await loadServices(services, (path) => import(resolve(path)));
});

test("docs/configuration.md is up to date: make generate writes it", () => {
  expect(readFileSync("docs/configuration.md", "utf8")).toBe(configurationPage(declared));
});

test("every variable of every service says what it is for", () => {
  const silent = [...declared].flatMap(([name, service]) =>
    serviceVariables(service)
      .filter(({ meaning }) => meaning === "")
      .map((variable) => `${name}: ${variable.name}`),
  );
  expect(silent).toEqual([]);
});

test("a variable's values, default and meaning come from its schema, whichever way it is composed", () => {
  const schema = z.intersection(
    z.union([z.object({ URL: z.url().describe("Where.") }), z.object({ HOST: z.hostname() })]),
    z.object({
      COUNT: z.coerce.number().int().min(1).max(9).default(3),
      LEVEL: z.enum(["low", "high"]),
      EXTRA: z.string().optional(),
      HOST: z.hostname().optional().describe("Also here."),
    }),
  );
  expect(variablesOf(schema)).toEqual([
    { name: "COUNT", values: "whole number from 1 to 9", fallback: "3", meaning: "" },
    { name: "LEVEL", values: "`low`, `high`", fallback: undefined, meaning: "" },
    { name: "EXTRA", values: "text", fallback: "not used", meaning: "" },
    { name: "HOST", values: "host name", fallback: "see above", meaning: "Also here." },
    { name: "URL", values: "URL", fallback: "see above", meaning: "Where." },
  ]);
});
