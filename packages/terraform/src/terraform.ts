import { InputError } from "./input-error";
import { type Outcome, run } from "./run";

/** Terraform in one stack's folder. Every method throws an {@link InputError} with Terraform's own words. */
export class Terraform {
  constructor(
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  async init(): Promise<void> {
    await this.#run(["init", "-input=false"]);
  }

  /**
   * Plans into `tfplan` in the stack's folder.
   *
   * @returns Terraform's text, and whether anything would change
   */
  async plan(): Promise<{ readonly text: string; readonly changes: boolean }> {
    const { stdout, code } = await this.#run(["plan", "-input=false", "-detailed-exitcode", "-out=tfplan"], [0, 2]);
    return { text: stdout, changes: code === 2 };
  }

  /** The plan that {@link plan} made, in Terraform's JSON form. */
  async show(): Promise<string> {
    return (await this.#run(["show", "-json", "tfplan"])).stdout;
  }

  /** Applies the plan that {@link plan} made. */
  async apply(): Promise<void> {
    await this.#run(["apply", "-input=false", "tfplan"]);
  }

  async #run(args: readonly string[], allowed: readonly number[] = [0]): Promise<Outcome> {
    const outcome = await run("terraform", [...args, "-no-color"], this.folder, this.env);
    if (!allowed.includes(outcome.code)) {
      const said = outcome.stderr.trim() || outcome.stdout.trim();
      throw new InputError(`${said}${unlockAdvice(said, this.folder)}`);
    }
    return outcome;
  }
}

/**
 * How to go on when a run that was killed left its lock behind.
 *
 * @param said what Terraform said
 * @param folder where to run it
 * @returns a sentence with the command, or nothing when the text is not of a lock
 */
export function unlockAdvice(said: string, folder: string): string {
  const id = /Error acquiring the state lock[\s\S]*?\bID:\s+(\S+)/.exec(said)?.[1];
  if (id === undefined) return "";
  return `\nAnother run holds the state, or one that was killed left its lock. When none is under way, unlock it: terraform -chdir=${folder} force-unlock ${id}`;
}
