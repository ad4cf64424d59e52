import { Listr, PRESET_TIMER } from "listr2";
import { visible, visibleLines } from "../runtime/terminal";

export interface Step {
  /** Unique; what other steps need it by. */
  readonly name: string;
  readonly title: string;
  /** Names of the steps that come first; each is before this one in the list. @default [] */
  readonly needs?: readonly string[];
  /** Whether nothing makes sense without it. One that is not critical may fail, and the others go on. @default true */
  readonly critical?: boolean;
  /** `say` shows a line beneath the title; what it returns is shown behind the title at the end. */
  run(say: (line: string) => void): Promise<string | undefined>;
}

export interface Failure {
  readonly title: string;
  readonly critical: boolean;
  /** Why, in a sentence. */
  readonly reason: string;
}

/**
 * Runs steps side by side, each as soon as what it needs is done, as a live list on a terminal and line by line elsewhere.
 * A step does not run when a critical one it needs failed. Returns the failures once every step has ended.
 */
export async function runSteps(steps: readonly Step[]): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  const lines = new Map<string, (line: string) => void>();
  const outcomes = new Map<string, Promise<string | undefined>>();
  /** What a step waits for: an outcome, whose failure counts only when the step was critical. */
  const settled = new Map<string, Promise<unknown>>();
  for (const { name, title, needs = [], critical = true, run } of steps) {
    const outcome = Promise.all(needs.map((need) => settled.get(need)))
      .catch(() => Promise.reject(new Skipped()))
      .then(() => run((line) => lines.get(name)?.(line)))
      .catch((error: unknown) => {
        if (error instanceof Skipped) throw error;
        const reason = visibleLines(error instanceof Error ? error.message : String(error));
        failures.push({ title, critical, reason });
        throw new Error(reason);
      });
    outcomes.set(name, outcome);
    settled.set(name, critical ? outcome : Promise.allSettled([outcome]));
  }
  const list = new Listr(
    steps.map(({ name, title }) => ({
      title,
      task: async (_, task) => {
        lines.set(name, (line) => {
          task.output = visible(line);
        });
        const result = await outcomes.get(name);
        if (result !== undefined) task.title = `${title}: ${result}`;
      },
    })),
    {
      concurrent: true,
      exitOnError: false,
      // Ctrl-C is the platform's to handle: it stops what was started.
      registerSignalListeners: false,
      rendererOptions: { timer: PRESET_TIMER, collapseErrors: false },
      fallbackRendererOptions: { timer: PRESET_TIMER },
    },
  );
  await list.run();
  return failures;
}

class Skipped extends Error {
  constructor() {
    super("not started: what it needs failed");
  }
}
