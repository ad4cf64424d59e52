import { environments } from "../../config/environments";
import { realAccount, type Statement } from "./account";
import { leftToIam, type Principal, refusal } from "./authorize";
import { type Asked, everyAuthorization, jobs } from "./refusals";
import type { Authorization } from "./requests-of-calls";

const account = realAccount();

/** The distinct authorizations by their action. */
function byAction(all: readonly Asked[]): Map<string, Authorization[]> {
  const found = new Map<string, Map<string, Authorization>>();
  for (const { asked } of all) {
    const ofAction = found.get(asked.action) ?? new Map<string, Authorization>();
    found.set(asked.action, ofAction.set(JSON.stringify([asked.resource, asked.context]), asked));
  }
  return new Map([...found].map(([action, asked]) => [action, [...asked.values()]]));
}

const actionsOf = ({ Action }: Statement) => [Action].flat().map(String);
const names = (principal: unknown, arn: string) => JSON.stringify(principal ?? "").includes(`"${arn}"`);

/** Rights of a statement that, alone, allow none of the calls. */
async function unneeded(
  statements: readonly Statement[],
  asked: ReadonlyMap<string, readonly Authorization[]>,
  allows: (statement: Statement, one: Authorization) => Promise<boolean>,
): Promise<string[]> {
  const found: string[] = [];
  for (const statement of statements) {
    for (const action of actionsOf(statement)) {
      let needed = false;
      for (const one of asked.get(action) ?? []) needed ||= await allows(statement, one);
      if (!needed) found.push(`${statement.Sid}: ${action}`);
    }
  }
  return found;
}

const [{ name: environment } = { name: "" }] = environments;

describe.each(Object.keys(jobs))("the role %s", (role) => {
  const principal: Principal = account.role(environment, role);

  test("has no right that no call of the Terraform provider needs", async () => {
    const asked = byAction(await everyAuthorization(account, environment, role));
    const rights = await unneeded(principal.identity, asked, async (statement, one) => {
      // What a key grants the role itself is not the statement's merit.
      const policy = one.policyOf && account.resourcePolicy(one.policyOf);
      const alone = { ...principal, identity: [statement] };
      return (await refusal(account, alone, one, policy && leftToIam(policy))) === undefined;
    });
    expect(rights).toEqual([]);
  });

  test("is granted nothing by a key that no call needs", async () => {
    const asked = byAction(await everyAuthorization(account, environment, role));
    const keys = account.of(environment, jobs[role]?.stacks ?? []).filter(({ type }) => type === "aws_kms_key");
    const granted = keys.flatMap((key) => account.resourcePolicy(key)?.Statement ?? []);
    const own = granted.filter(({ Principal }) => names(Principal, principal.arn));
    const distinct = [...new Map(own.map((statement) => [JSON.stringify(statement), statement])).values()];
    const rights = await unneeded(distinct, asked, async (statement, one) => {
      if (one.kind !== "key" || one.policyOf?.stack === "state") return false;
      const alone = { Version: "2012-10-17", Statement: [statement] };
      return (await refusal(account, { ...principal, identity: [] }, one, alone)) === undefined;
    });
    expect(rights).toEqual([]);
  });
});
