import { InputError } from "./input-error";
import { run } from "./run";

/** The oldest Terraform that is supported: 1.10 brought the lock of the S3 backend that needs no table (use_lockfile). */
export const supported = "1.10";

/** @param version of a Terraform, such as `1.11.4` */
export function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 1 || (major === 1 && minor >= 10);
}

/**
 * @param program path or name of a Terraform
 * @returns its version, such as `1.11.4`; undefined when it does not say one
 * @throws {InputError} when there is no such program
 */
export async function terraformVersion(program: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  // Terraform would ask its makers for a newer version, and wait for the answer.
  const { stdout } = await run(program, ["version", "-json"], ".", { ...env, CHECKPOINT_DISABLE: "1" });
  return /"terraform_version":\s*"([\d.]+)/.exec(stdout)?.[1];
}

/** @throws {InputError} when the Terraform on the PATH is missing or older than {@link supported} */
export async function requireTerraform(env: NodeJS.ProcessEnv): Promise<void> {
  const advice = `Terraform ${supported} or newer is needed (install-terraform of @platform/terraform installs it)`;
  const version = await terraformVersion("terraform", env).catch((error: InputError) => {
    throw new InputError(`${error.message}: ${advice}`);
  });
  if (version === undefined || !isSupported(version)) {
    throw new InputError(`the Terraform on the PATH is ${version ?? "of no known version"}: ${advice}`);
  }
}
