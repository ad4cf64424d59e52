/** Conditions of an IAM statement: operator, key, values. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** AWS calls that jobs of the pipeline make: a statement of their role's policy, and a row of docs/permissions.md. */
export interface Permission {
  /** Letters and digits; unique within a role. */
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Conditions;
  /** Jobs of .gitlab-ci.yml that make the calls. */
  readonly jobs: readonly string[];
  /** What they make them for. */
  readonly purpose: string;
}

/** Permissions by the policy that holds them: IAM limits the length of one. */
export type Policies = Readonly<Record<string, readonly Permission[]>>;

/** A statement of a boundary; its purpose says what it guards against. */
export interface BoundaryStatement extends Pick<Permission, "sid" | "actions" | "resources" | "purpose"> {
  readonly effect: "Allow" | "Deny";
  readonly conditions?: Conditions;
}
