import { InputError } from "@platform/terraform";

/** What is wrong with a setting: where it stands, what it must be, what it is. */
export interface Problem {
  readonly property: string;
  readonly rule: string;
  readonly value: unknown;
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
