import { type PlanOptions, planStacks } from "./plan";

/** What jest and vitest take from a matcher. */
export interface MatcherResult {
  readonly pass: boolean;
  message(): string;
}

/**
 * Matchers for `expect.extend`, of jest and of vitest: `await expect(folder).toPlan()` plans a program with the real
 * Terraform and passes when every stack does.
 */
export const matchers = {
  /** @param folder a synthesized program, or a folder of .tf files */
  async toPlan(folder: string, options: Omit<PlanOptions, "folder"> = {}): Promise<MatcherResult> {
    const outcomes = await planStacks({ ...options, folder }).catch((error: unknown) => ({
      stacks: [],
      problems: [error instanceof Error ? error.message : String(error)],
    }));
    const { stacks, problems } = outcomes;
    const counts = stacks.map(
      ({ stack, add, change, replace, destroy }) =>
        `  ${stack}: ${add} to add, ${change} to change, ${replace} to replace, ${destroy} to destroy`,
    );
    return {
      pass: problems.length === 0,
      message: () =>
        problems.length === 0
          ? [`expected ${folder} not to plan, and every stack did:`, ...counts].join("\n")
          : [`expected ${folder} to plan:`, ...problems].join("\n"),
    };
  },
};

declare global {
  namespace jest {
    interface Matchers<R> {
      /** Plans the program in a folder with the real Terraform and the offline provider. */
      toPlan(options?: Omit<PlanOptions, "folder">): Promise<R>;
    }
  }
}
