import { InputError } from "@platform/terraform";

/** What is wrong with a setting: its path, what it must be, what it is. */
export interface Problem {
  readonly property: string;
  readonly rule: string;
  readonly value: unknown;
}

/** The problem of a setting, or none while it `holds` to the rule. */
export function check(holds: boolean, property: string, rule: string, value: unknown): readonly Problem[] {
  return holds ? [] : [{ property, rule, value }];
}

/** `production.network.cidr must be ..., got "10.0.0.0/8"` */
export function describeProblem({ property, rule, value }: Problem): string {
  return `${property} ${rule}, got ${JSON.stringify(value) ?? "nothing"}`;
}

/** Every problem of a configuration at once; the message has one line each. */
export class ConfigurationError extends InputError {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(describeProblem).join("\n"));
  }
}
