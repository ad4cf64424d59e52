import { z } from "zod";
import type { Environment } from "../../config/environment";
import { pipelineRoleName } from "../../config/names";
import type { PipelineRoleName } from "../../permissions/roles";
import { Failure } from "../../runtime/failure";

const job = z.object({ CI_PIPELINE_ID: z.string(), CI_JOB_ID: z.string() });
const key = z.object({ PIPELINE_AWS_ACCESS_KEY_ID: z.string(), PIPELINE_AWS_SECRET_ACCESS_KEY: z.string() });
const token = z.object({ PIPELINE_OIDC_TOKEN: z.string() });

export interface Profile {
  /** AWS's configuration file. */
  readonly config: string;
  /** GitLab's token, with OIDC on. */
  readonly token?: string;
}

/**
 * AWS's own configuration of a job: a profile that assumes the job's role, in a session that names pipeline and job. SDK
 * and Terraform read it alike, and assume the role anew when the hour is over.
 *
 * The key is in the profile, not in AWS_ACCESS_KEY_ID: Terraform would take that before any profile.
 *
 * @param variables the job's environment
 * @param tokenFile where GitLab's token will be, with OIDC on
 * @throws Failure when the job has no credentials: a merge request from a fork has none by design
 */
export function profile(
  environment: Environment,
  role: PipelineRoleName,
  { variables, tokenFile }: { readonly variables: NodeJS.ProcessEnv; readonly tokenFile: string },
): Profile {
  const { CI_PIPELINE_ID, CI_JOB_ID } = read(job, variables, "run it in a GitLab job");
  const assumed = [
    "[profile pipeline]",
    `region = ${environment.region}`,
    `role_arn = arn:aws:iam::${environment.account}:role/${pipelineRoleName(environment.name, role)}`,
    `role_session_name = pipeline-${CI_PIPELINE_ID}-job-${CI_JOB_ID}`,
  ];
  if (environment.gitlab.oidc) {
    const { PIPELINE_OIDC_TOKEN } = read(token, variables, "declare it under id_tokens of the job");
    return { config: lines([...assumed, `web_identity_token_file = ${tokenFile}`]), token: PIPELINE_OIDC_TOKEN };
  }
  const advice = "set it as a masked, protected variable; jobs of unprotected branches and forks have none by design";
  const { PIPELINE_AWS_ACCESS_KEY_ID, PIPELINE_AWS_SECRET_ACCESS_KEY } = read(key, variables, advice);
  const config = lines([
    ...assumed,
    "source_profile = user",
    "",
    "[profile user]",
    `region = ${environment.region}`,
    `aws_access_key_id = ${PIPELINE_AWS_ACCESS_KEY_ID}`,
    `aws_secret_access_key = ${PIPELINE_AWS_SECRET_ACCESS_KEY}`,
  ]);
  return { config };
}

function read<T>(schema: z.ZodType<T>, variables: NodeJS.ProcessEnv, advice: string): T {
  const { data, error } = schema.safeParse(variables);
  if (data !== undefined) return data;
  const names = error?.issues.map(({ path }) => path.join(".")).join(" and ");
  throw new Failure(`${names} must be set, got nothing: ${advice}`);
}

function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
