import { readFileSync } from "node:fs";
import * as z from "zod";
import { services } from "../../config/services";
import { environments } from "../../ops/configuration/environments";
import { configurationPage } from "../../ops/configuration/page";
import { variablesOf } from "../../ops/configuration/variables";

test("docs/configuration.md is up to date: make generate writes it", () => {
  expect(readFileSync("docs/configuration.md", "utf8")).toBe(configurationPage());
});

test("every variable of every service says what it is for", () => {
  const silent = services.flatMap(({ name }) =>
    environments[name]
      .flatMap(variablesOf)
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
    }),
  );
  expect(variablesOf(schema)).toEqual([
    { name: "COUNT", values: "whole number from 1 to 9", fallback: "3", meaning: "" },
    { name: "LEVEL", values: "`low`, `high`", fallback: undefined, meaning: "" },
    { name: "EXTRA", values: "text", fallback: "not used", meaning: "" },
    { name: "URL", values: "URL", fallback: "see above", meaning: "Where." },
    { name: "HOST", values: "host name", fallback: "see above", meaning: "" },
  ]);
});
