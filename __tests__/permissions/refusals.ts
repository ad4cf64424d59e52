import type { Account, Subject } from "./account";
import { type Principal, refusal } from "./authorize";
import { type Call, calls, type Phase } from "./provider-calls";
import { type Authorization, authorizationsOf, type Moment } from "./requests-of-calls";

/** A step of a job: what it calls for, by phase, and how long what it finds has been there. */
interface Step {
  readonly name: string;
  readonly phases: readonly Phase[];
  readonly moment: Moment;
}

const deployed = ["network", "database", "queue", "api", "workers"] as const;

/** What each role does with which stacks. An administrator applies the gitlab stack; the pipeline only compares it. */
export const jobs: Readonly<Record<string, { readonly stacks: readonly string[]; readonly steps: readonly Step[] }>> = {
  deploy: {
    stacks: deployed,
    steps: [
      { name: "create", phases: ["create", "lock", "write"], moment: "fresh" },
      { name: "refresh after create", phases: ["read"], moment: "fresh" },
      { name: "refresh", phases: ["read"], moment: "settled" },
      { name: "update", phases: ["update"], moment: "settled" },
      { name: "delete", phases: ["delete"], moment: "settled" },
    ],
  },
  plan: { stacks: [...deployed, "gitlab"], steps: [{ name: "plan", phases: ["read", "lock"], moment: "settled" }] },
};

/** A call that a role makes, and one thing that AWS asks about it. */
export interface Asked {
  readonly role: string;
  readonly step: string;
  readonly subject: Subject;
  readonly call: Call;
  readonly asked: Authorization;
}

/** Everything that AWS asks while a role does its jobs in an environment. */
export async function everyAuthorization(account: Account, environment: string, role: string): Promise<Asked[]> {
  const job = jobs[role];
  if (job === undefined) throw new Error(`role must be one of ${Object.keys(jobs).join(", ")}, got ${role}`);
  const asked = account.of(environment, job.stacks).flatMap((subject) =>
    job.steps.flatMap(({ name, phases, moment }) =>
      calls
        .filter(({ type, phase }) => type === subject.type && phases.includes(phase))
        .map(async (call) =>
          (await authorizationsOf(account, subject, call, moment)).map((authorization) => ({
            role,
            step: name,
            subject,
            call,
            asked: authorization,
          })),
        ),
    ),
  );
  return (await Promise.all(asked)).flat();
}

/** What IAM refuses of it, a line each: role, step, resource, action, the kind that was refused, and why. */
export async function refusals(account: Account, principal: Principal, all: readonly Asked[]): Promise<string[]> {
  const answers = new Map<string, string | undefined>();
  const refused: string[] = [];
  for (const { role, step, subject, call, asked } of all) {
    const id = JSON.stringify([asked.action, asked.resource, asked.context, asked.policyOf?.stack, asked.isNew]);
    if (!answers.has(id)) answers.set(id, await refusal(account, principal, asked));
    const why = answers.get(id);
    if (why === undefined) continue;
    const of = `${subject.stack}/${subject.type}.${subject.name}`;
    refused.push(`${role}, ${step}: ${of} ${call.action} on ${asked.kind} ${asked.resource}: ${why}`);
  }
  return refused;
}
