import { z } from "zod";
import { InputError } from "./input-error";
import { type Outcome, run } from "./run";

const validation = z.object({
  diagnostics: z.array(
    z.object({
      severity: z.string(),
      summary: z.string(),
      detail: z.string().default(""),
      address: z.string().default(""),
    }),
  ),
});
const said = ({ severity, summary, detail, address }: z.infer<typeof validation>["diagnostics"][number]) =>
  [`${severity}:`, address && `${address}:`, summary, detail && `(${detail})`].filter(Boolean).join(" ");

/** Terraform's text of a plan, and whether anything would change. */
export interface Planned {
  readonly text: string;
  readonly changes: boolean;
}

/** How many resources an apply created and destroyed. */
export interface Applied {
  readonly added: number;
  readonly destroyed: number;
}

/** Terraform in one stack's folder. Every method throws an {@link InputError} with Terraform's own words. */
export class Terraform {
  constructor(
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
    /** How it is ended with this process: SIGKILL leaves a lock, and is quick, for who throws the state away. */
    private readonly killSignal: "SIGTERM" | "SIGKILL" = "SIGTERM",
  ) {}

  /** Installs what the stack needs. @param modules whether modules may be downloaded too. @default true */
  async init({ modules = true }: { readonly modules?: boolean } = {}): Promise<void> {
    await this.#run(["init", "-input=false", ...(modules ? [] : ["-get=false"])]);
  }

  /** Goes to a workspace, which is made where there is none of that name. */
  async workspace(name: string): Promise<void> {
    await this.#run(["workspace", "select", "-or-create", name]);
  }

  /**
   * Plans into `tfplan` in the stack's folder.
   *
   * @param args more arguments of `terraform plan`: `-destroy`, `-var-file=FILE`
   */
  plan(args: readonly string[] = []): Promise<Planned> {
    return this.#plan(["-out=tfplan", ...args]);
  }

  /**
   * Plans without keeping the plan: only what it would change is of interest.
   *
   * @param args more arguments of `terraform plan`: `-var-file=FILE`
   */
  difference(args: readonly string[] = []): Promise<Planned> {
    return this.#plan(args);
  }

  async #plan(args: readonly string[]): Promise<Planned> {
    const { stdout, code } = await this.#run(["plan", "-input=false", "-detailed-exitcode", ...args], [0, 2]);
    return { text: stdout, changes: code === 2 && !readsAlone(stdout) };
  }

  /** Checks the configuration. @returns what Terraform warns of, a sentence each */
  async validate(): Promise<string[]> {
    const { stdout } = await this.#run(["validate", "-json"], [0, 1]);
    const { diagnostics } = validation.parse(JSON.parse(stdout));
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    if (errors.length > 0) throw new InputError(errors.map(said).join("\n"));
    return diagnostics.map(said);
  }

  /** The plan that {@link plan} made, in Terraform's JSON form. */
  async show(): Promise<string> {
    return (await this.#run(["show", "-json", "tfplan"])).stdout;
  }

  /** Applies the plan that {@link plan} made. @returns how many resources were created and destroyed */
  apply(): Promise<Applied> {
    return this.#apply(["tfplan"]);
  }

  /**
   * Plans and applies in one, without asking: half of the time of the two.
   *
   * @param args more arguments of `terraform apply`: `-destroy`, `-var-file=FILE`
   */
  applyAtOnce(args: readonly string[] = []): Promise<Applied> {
    return this.#apply(["-auto-approve", ...args]);
  }

  async #apply(args: readonly string[]): Promise<Applied> {
    const { stdout } = await this.#run(["apply", "-input=false", ...args]);
    const count = (what: string) => Number(new RegExp(`(\\d+) ${what}`).exec(stdout.slice(-4000))?.[1] ?? 0);
    return { added: count("added"), destroyed: count("destroyed") };
  }

  async #run(args: readonly string[], allowed: readonly number[] = [0]): Promise<Outcome> {
    const outcome = await run("terraform", [...args, "-no-color"], this.folder, this.env, this.killSignal);
    if (!allowed.includes(outcome.code)) {
      const ended = `terraform ${args[0]} ended without a word (${outcome.signal ?? `exit code ${outcome.code}`})`;
      const said = outcome.stderr.trim() || outcome.stdout.trim() || ended;
      throw new InputError(`${said}${unlockAdvice(said, this.folder)}`);
    }
    return outcome;
  }
}

/** Whether a plan would only read: Terraform reads what a check reads again at each apply, and counts that as a change. */
const readsAlone = (text: string) =>
  /^Plan: 0 to add, 0 to change, 0 to destroy\.$/m.test(text) && !/^Changes to Outputs:$/m.test(text);

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
