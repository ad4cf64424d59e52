import { availableParallelism } from "node:os";
import { eachStack } from "@platform/terraform";
import { type Outcomes, type ProgramOptions, withProgram } from "./plan";

export interface Validated {
  readonly stack: string;
  /** What Terraform and the offline provider warn of. */
  readonly warnings: readonly string[];
}

/**
 * Lets Terraform validate stacks against the offline provider's schema and rules, without a plan.
 *
 * @throws {InputError} with Terraform's words when it refuses a stack
 */
export function validate(
  options: ProgramOptions,
  progress: (line: string) => void = () => {},
): Promise<Outcomes<Validated>> {
  return withProgram(options, progress, async (session) => {
    const stacks = await eachStack(session.stacks, availableParallelism(), async (stack) => {
      const warnings = await (await session.terraform(stack)).validate();
      progress(`${stack.name}: valid`);
      for (const warning of warnings) progress(`  ${warning}`);
      return { stack: stack.name, warnings };
    });
    return { stacks, problems: session.problems };
  });
}
