import { development } from "../../../config/environments/development";
import { profile } from "../../../ops/aws-profile/profile";

const job = { CI_PIPELINE_ID: "42", CI_JOB_ID: "7" };
const key = { PIPELINE_AWS_ACCESS_KEY_ID: "AKIA", PIPELINE_AWS_SECRET_ACCESS_KEY: "secret" };
const tokenFile = ".aws/token";
const oidc = { ...development, gitlab: { ...development.gitlab, oidc: true } };

test("with a key, a job assumes its role as the user, in a session that names pipeline and job", () => {
  const { config, token } = profile(development, "release", { variables: { ...job, ...key }, tokenFile });
  expect(config).toContain("role_arn = arn:aws:iam::111122223333:role/development-gitlab-release\n");
  expect(config).toContain("role_session_name = pipeline-42-job-7\nsource_profile = user\n");
  expect(config).toContain("[profile user]\nregion = eu-west-1\naws_access_key_id = AKIA\n");
  expect(token).toBeUndefined();
});

test("with OIDC, a job assumes its role by GitLab's token, and no key is in the profile", () => {
  const variables = { ...job, ...key, PIPELINE_OIDC_TOKEN: "signed" };
  const { config, token } = profile(oidc, "plan", { variables, tokenFile });
  expect(config).toContain("web_identity_token_file = .aws/token\n");
  expect(config).not.toContain("AKIA");
  expect(token).toBe("signed");
});

test.each([
  ["a fork's job", development, job, "PIPELINE_AWS_ACCESS_KEY_ID and PIPELINE_AWS_SECRET_ACCESS_KEY must be set"],
  ["a job without its token", oidc, job, "PIPELINE_OIDC_TOKEN must be set"],
  ["no job at all", development, key, "CI_PIPELINE_ID and CI_JOB_ID must be set, got nothing: run it in a GitLab job"],
])("%s is told in one line what it lacks", (_who, environment, variables, message) => {
  expect(() => profile(environment, "plan", { variables, tokenFile })).toThrow(message);
});
