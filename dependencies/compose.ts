import type { LocalProgram } from "./local-dependency";

export type Condition = "service_healthy" | "service_completed_successfully";

/** One service of a compose file, as far as ours go. */
export interface ComposeService {
  readonly image: string;
  readonly build?: { readonly context: string; readonly target: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: Condition }>>;
  readonly healthcheck?:
    | { readonly test: readonly string[]; readonly interval: string; readonly retries: number }
    | { readonly disable: true };
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly scale?: string;
  readonly restart?: "unless-stopped" | "no";
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly init?: boolean;
}

/** Port of every container of ours: each has its own network address. */
export const containerPort = 8080;

/** A container of our image, which runs the program of that name once those it names are in that state. */
export function ownContainer(
  { name, variables }: Omit<LocalProgram, "entry">,
  after: Readonly<Record<string, Condition>> = {},
): ComposeService {
  const conditions = Object.entries(after).map(([other, condition]) => [other, { condition }] as const);
  return {
    image: "platform:local",
    build: { context: ".", target: "local" },
    command: [`${name}.mjs`],
    environment: { SERVICE_NAME: name, HTTP_HOST: "0.0.0.0", HTTP_PORT: String(containerPort), ...variables },
    ...(conditions.length > 0 && { depends_on: Object.fromEntries(conditions) }),
    // Not of the image: podman and buildah make OCI images, which have no word for it.
    healthcheck: healthcheck(["CMD", "node", "healthcheck.mjs"]),
    restart: "unless-stopped",
    // Nothing of ours writes outside its volume, or needs a right that only root has.
    read_only: true,
    cap_drop: ["ALL"],
    security_opt: ["no-new-privileges:true"],
    init: true,
  };
}

/** A health check: a command of the container, and whether it succeeds. */
export const healthcheck = (test: readonly string[]) => ({ test, interval: "2s", retries: 30 });

/** For what answers nobody: that it runs is all there is to see. */
export const noHealthcheck = { disable: true } as const;

/** A variable that compose takes from the shell: `NAME:-default`, or `NAME:?what to say without it`. */
export const fromShell = (expression: string) => `\${${expression}}`;
