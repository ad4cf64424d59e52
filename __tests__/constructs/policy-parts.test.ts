import type { Service } from "../../config/service";
import { services } from "../../config/services";
import { policyDocument } from "../../constructs/policy";
import { policyParts } from "../../constructs/policy-parts";
import type { Permission, Policies } from "../../permissions/permission";
import { pipelinePermissions } from "../../permissions/roles";
import { catalogue, exampleEnvironment, exampleServices, intake } from "../platform-fixture";

const worker = exampleServices.find(({ kind }) => kind === "worker") ?? catalogue;
/** The real table with so many services of each kind more, with names of the usual length. */
const tableWith = (count: number): Service[] => [
  ...services,
  ...Array.from({ length: count }, (_, index) =>
    [catalogue, worker, intake].map(
      (service): Service => ({ ...service, name: `${service.kind}-of-a-team-${String(index).padStart(2, "0")}` }),
    ),
  ).flat(),
];
const rolesWith = (count: number) => pipelinePermissions(exampleEnvironment, tableWith(count)).roles;
const granted = (policies: Policies) =>
  Object.values(policies)
    .flat()
    .flatMap(({ actions, resources, conditions }) =>
      actions.flatMap((action) => resources.map((resource) => JSON.stringify([action, resource, conditions]))),
    )
    .sort();

test.each([0, 1, 3, 6])("IAM takes every role with %i services of each kind more", (count) => {
  for (const policies of Object.values(rolesWith(count))) {
    const parts = policyParts(policies);
    expect(Object.keys(parts).length).toBeLessThanOrEqual(10);
    for (const [part, statements] of Object.entries(parts)) {
      expect([part, policyDocument(...statements).length <= 6_144]).toEqual([part, true]);
      const sids = statements.map(({ sid }) => sid);
      expect([part, new Set(sids).size]).toEqual([part, sids.length]);
    }
    expect(granted(parts)).toEqual(granted(policies));
  }
});

test("a policy keeps its name and what fits, and the rest of all shares one", () => {
  const policies = {
    functions: [statement("A", 70), statement("B", 35), statement("C", 2)],
    roles: [statement("D", 110)],
  };
  expect(sidsOf(policyParts(policies))).toEqual({ functions: ["A", "C"], roles: ["D1"], more: ["B", "D2"] });
});

test("with ten policies the rest goes where there is room, and what has none is refused by its name", () => {
  const nine = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`part-${index}`, [statement("A", 50)]]));
  const rest = { last: [statement("B", 70), statement("C", 70), statement("D", 70)] };
  const parts = policyParts({ ...nine, ...rest });
  expect(Object.keys(parts)).toHaveLength(10);
  expect(parts["part-8"]?.length).toBeGreaterThan(1);
  expect(granted(parts)).toEqual(granted({ ...nine, ...rest }));
  expect(() => policyParts({ ...nine, last: [...rest.last, statement("E", 600)] })).toThrow(
    /^no room for E\d+: a role of IAM holds 10 policies of 6144 characters/,
  );
});

const sidsOf = (policies: Policies) =>
  Object.fromEntries(Object.entries(policies).map(([part, statements]) => [part, statements.map(({ sid }) => sid)]));

function statement(sid: string, count: number): Permission {
  const resources = Array.from(
    { length: count },
    (_, index) => `arn:aws:lambda:eu-west-1:111122223333:function:development-${sid}-${index}`,
  );
  return { sid, actions: ["lambda:GetFunction"], resources, jobs: [], purpose: "" };
}
