import { environments } from "../../../config/environments";
import { synthesize } from "../../../ops/picture/synthesize";
import { connections, routing } from "../../../packages/architecture/src/connections";
import { boxes, drawn, leftOut, parts } from "../../../packages/architecture/src/drawn";
import { table } from "./drawing";

// With every switch on, so that no type is missed.
const variants = environments.flatMap((environment) => [
  environment,
  {
    ...environment,
    alarms: { emails: ["on-call@example.com"] },
    gitlab: { ...environment.gitlab, oidc: true },
  },
]);
const synthesized = new Set(
  variants.flatMap((environment) => synthesize(environment, table).resources.map(({ type }) => type)),
);
const shown = [...Object.keys(drawn), ...boxes, ...Object.keys(parts), ...Object.keys(connections), ...routing];

test("every type of resource is drawn, or left out with a reason", () => {
  const known = new Set([...shown, ...Object.keys(leftOut)]);
  expect([...synthesized].filter((type) => !known.has(type))).toEqual([]);
  for (const reason of Object.values(leftOut)) expect(reason.length).toBeGreaterThan(10);
});

test("no type is both drawn and left out", () => {
  expect(shown.filter((type) => type in leftOut)).toEqual([]);
});

test("no rule speaks of a type that is gone", () => {
  expect([...shown, ...Object.keys(leftOut)].filter((type) => !synthesized.has(type))).toEqual([]);
});
