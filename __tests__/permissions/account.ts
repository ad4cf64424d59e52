import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { environments } from "../../config/environments";
import { realPlatform, type Settings, type SynthesizeOptions, withSynthesized } from "../stacks/synthesized";

/** What a call is about: a resource, a data source, or the state of a stack, as Terraform reads it. */
export interface Subject {
  readonly stack: string;
  /** Terraform's type; `data.` before a data source, `backend` for a stack's state. */
  readonly type: string;
  readonly name: string;
  readonly settings: Settings;
  /** Where its provider makes it, or its own setting says. */
  readonly account: string;
  readonly region: string;
  /** The provider's default tags, and its own. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

export type Statement = Readonly<Record<string, unknown>> & { readonly Sid?: string; readonly Effect?: string };

interface Program {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Settings>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, Settings>>>>;
  readonly provider: { readonly aws: readonly [Provider] };
  readonly terraform: { readonly backend: { readonly s3: Settings } };
}

interface Provider {
  readonly region: string;
  readonly allowed_account_ids: readonly [string];
  readonly default_tags: readonly [{ tags: Record<string, string> }];
}

/** The name of the first resource of a type that a subject's settings refer to. */
const nameIn = ({ settings }: Subject, type: string) =>
  new RegExp(`\\$\\{${type}\\.([A-Za-z0-9_-]+)\\.`).exec(JSON.stringify(settings))?.[1];

/**
 * The account as the synthesized stacks describe it, and nothing else: who may do what is read from the policies that Terraform
 * would write, so that no code of permissions/ speaks for itself.
 */
export class Account {
  private readonly subjects: readonly Subject[];

  constructor(options: SynthesizeOptions = {}) {
    this.subjects = withSynthesized(options, (folder) =>
      readdirSync(join(folder, "stacks")).flatMap((stack) =>
        subjectsOf(stack, JSON.parse(readFileSync(join(folder, "stacks", stack, "cdk.tf.json"), "utf8"))),
      ),
    );
  }

  /** What the stacks of an environment hold, by their names without the environment: `network`. */
  of(environment: string, stacks: readonly string[]): readonly Subject[] {
    const names = stacks.map((stack) => `${environment}-${stack}`);
    return this.subjects.filter(({ stack }) => names.includes(stack));
  }

  /** The resource of a type that the subject is, names, or else finds in its environment. */
  related(subject: Subject, type: string): Subject | undefined {
    if (subject.type === type) return subject;
    // A queue's mapping names an alias, and that its function.
    const alias = this.namedIn(subject, "function_name");
    const named = nameIn(subject, type) ?? (alias && nameIn(alias, type));
    const sameStack = this.subjects.filter((other) => other.type === type && other.stack === subject.stack);
    const environment = subject.stack.replace(/-[^-]+$/, "");
    return (
      sameStack.find(({ name }) => name === named) ??
      // An alias names its key, not the key its alias.
      sameStack.find(({ settings }) => refersTo(settings.target_key_id, subject)) ??
      sameStack[0] ??
      this.subjects.find((other) => other.type === type && other.stack.startsWith(`${environment}-`))
    );
  }

  /** The resource of its stack that a setting of the subject names. */
  namedIn({ stack, settings }: Subject, setting: string): Subject | undefined {
    return this.subjects.find((other) => other.stack === stack && refersTo(settings[setting], other));
  }

  /** What holds a state: its bucket, the key that backends name by its alias, the table of its lock. */
  ofState({ settings }: Subject, type: string): Subject | undefined {
    const all = this.subjects.filter((subject) => subject.stack === "state" && subject.type === type);
    if (type === "aws_kms_key") {
      const backend = this.subjects.find((subject) => subject.type === "backend" && subject.settings.kms_key_id);
      const alias = this.subjects.find(
        (subject) =>
          subject.type === "aws_kms_alias" &&
          subject.stack === "state" &&
          String(backend?.settings.kms_key_id).endsWith(`:${subject.settings.name}`),
      );
      return all.find((key) => refersTo(alias?.settings.target_key_id, key));
    }
    return all.length === 1 ? all[0] : all.find((bucket) => bucket.settings.bucket === settings.bucket);
  }

  /** The policies and the boundary of a pipeline role. */
  role(environment: string, role: string): { arn: string; identity: Statement[]; boundary: Statement[] } {
    const gitlab = this.of(environment, ["gitlab"]);
    const name = `${environment}-gitlab-${role}`;
    const found = gitlab.find(({ type, settings }) => type === "aws_iam_role" && settings.name === name);
    if (found === undefined) throw new Error(`${environment}-gitlab has no role ${name}`);
    const policies = (references: readonly unknown[]) =>
      gitlab
        .filter((policy) => policy.type === "aws_iam_policy" && references.some((text) => refersTo(text, policy)))
        .flatMap((policy) => this.document(policy.settings.policy, policy).Statement);
    const attached = gitlab.filter(
      ({ type, settings }) => type === "aws_iam_role_policy_attachment" && refersTo(settings.role, found),
    );
    return {
      arn: `arn:aws:iam::${found.account}:role/${name}`,
      identity: policies(attached.map(({ settings }) => settings.policy_arn)),
      boundary: policies([found.settings.permissions_boundary]),
    };
  }

  /** The policy on a bucket or a key itself. */
  resourcePolicy(owner: Subject): PolicyDocument | undefined {
    if (owner.type === "aws_kms_key") return this.document(owner.settings.policy, owner);
    const policy = this.subjects.find(
      ({ type, stack, settings }) =>
        type === "aws_s3_bucket_policy" && stack === owner.stack && refersTo(settings.bucket, owner),
    );
    return policy && this.document(policy.settings.policy, policy);
  }

  private document(text: unknown, { stack, account }: Subject): PolicyDocument {
    return JSON.parse(
      String(text).replaceAll(/\$\{(?:(aws_\w+)\.([\w-]+)\.arn|[^}]*)\}/g, (_all, type, name) => {
        const settings = this.subjects.find((s) => s.stack === stack && s.type === type && s.name === name)?.settings;
        if (type === "aws_s3_bucket") return `arn:aws:s3:::${settings?.bucket}`;
        if (type === "aws_iam_role") return `arn:aws:iam::${account}:role/${settings?.name}`;
        return "x1";
      }),
    );
  }
}

/** The platform as config/ has it, with somebody told of alarms: whoever subscribes has resources of a type of its own. */
export function realAccount(): Account {
  const operators = ["arn:aws:iam::111122223333:user/on-call"];
  const told = environments.map((environment) => ({
    ...environment,
    alarms: { emails: ["team@example.com"] },
    operators,
  }));
  return new Account({ ...realPlatform, environments: told });
}

const refersTo = (text: unknown, { type, name }: Subject) => String(text).includes(`\${${type}.${name}.`);

function subjectsOf(stack: string, { resource, data = {}, provider, terraform }: Program): Subject[] {
  const [{ region, allowed_account_ids, default_tags }] = provider.aws;
  const subject = (type: string, name: string, settings: Settings): Subject => ({
    stack,
    type,
    name,
    settings,
    account: allowed_account_ids[0],
    region: typeof settings.region === "string" ? settings.region : region,
    tags: { ...default_tags[0].tags, ...(isTags(settings.tags) ? settings.tags : {}) },
  });
  const named = (types: Program["resource"], prefix = "") =>
    Object.entries(types).flatMap(([type, all]) =>
      Object.entries(all).map(([name, { "//": _comment, ...settings }]) =>
        subject(`${prefix}${type}`, name, isSettings(settings.config) ? settings.config : settings),
      ),
    );
  return [...named(resource), ...named(data, "data."), subject("backend", "state", terraform.backend.s3)];
}

const isSettings = (value: unknown): value is Settings => typeof value === "object" && value !== null;
const isTags = (value: unknown): value is Record<string, string> => isSettings(value);
