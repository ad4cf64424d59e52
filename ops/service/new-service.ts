import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { Environment } from "../../config/environment";
import { type Service, serviceSchema } from "../../config/service";
import { validate } from "../../config/validation";
import { Failure } from "../../runtime/failure";
import type { NewService } from "./files";
import { reservedBecause } from "./reserved";

/** What a person says of the service to write. */
export interface Answers {
  readonly name: string;
  readonly kind: string;
  /** Names of dependencies, with commas between. */
  readonly uses: string;
  readonly product?: string;
  /** Public hosts that it asks, with commas between, where it uses `internet`. */
  readonly hosts?: string;
  /** Of an HTTP service. */
  readonly pathPrefix?: string;
  readonly description?: string;
}

const defaultDescriptions = {
  http: "Keeps items and shows them",
  worker: "Works on what others leave to it",
} as const;

/**
 * The entry of config/services.ts that the answers ask for.
 * @throws Failure for answers that no service can have, with the rules
 */
export function entryOf(answers: Answers): NewService {
  const { name, kind, product = name, pathPrefix } = answers;
  const uses = listed(answers.uses);
  if (kind === "events")
    throw new Failure(
      "KIND events is written by hand: what sends the events is a dependency of its own; lambda/imports and dependencies/imports show how",
    );
  if (kind !== "http" && kind !== "worker") throw new Failure(`KIND must be http or worker, got "${kind}"`);
  const isHttp = kind === "http";
  if (!isHttp && pathPrefix !== undefined)
    throw new Failure("PATH_PREFIX is for HTTP services: a worker answers nobody");
  const { data, error } = serviceSchema.safeParse({
    name,
    product,
    description: answers.description ?? defaultDescriptions[kind],
    kind,
    ...(isHttp && { path: `/${(pathPrefix ?? name).replace(/^\//, "")}` }),
    entry: `${isHttp ? "lambda" : "worker"}/${name}`,
    uses,
    ...(answers.hosts !== undefined && { hosts: listed(answers.hosts) }),
  });
  if (data !== undefined && data.kind !== "events") return data;
  const faults = (error?.issues ?? []).map(({ path: [setting], message }) => [String(setting), message] as const);
  // The folder is named after the service, so a wrong name would be told twice.
  const told = faults.filter(([setting]) => setting !== "entry" && (setting !== "path" || pathPrefix !== undefined));
  const given: Readonly<Record<string, string | undefined>> = {
    name,
    kind,
    product,
    path: pathPrefix,
    uses: answers.uses,
    hosts: answers.hosts,
  };
  throw new Failure(
    told
      .filter(([setting]) => setting !== "product" || answers.product !== undefined)
      .map(([setting, rule]) => `${variables[setting] ?? setting} ${rule}, got ${JSON.stringify(given[setting])}`)
      .join("\n"),
  );
}

const listed = (text: string) => [...new Set(text.split(",").flatMap((item) => item.trim() || []))];

/** The variables of `make service`, by the setting that they become. */
const variables: Readonly<Record<string, string>> = {
  name: "NAME",
  kind: "KIND",
  product: "PRODUCT",
  path: "PATH_PREFIX",
  uses: "USES",
  hosts: "HOSTS",
  description: "DESCRIPTION",
};

/**
 * Checks that a table can hold one more entry.
 * @returns whether it holds that very entry already
 * @throws Failure, or ConfigurationError with every rule that it would break
 */
export function isThere(entry: Service, services: readonly Service[], environments: readonly Environment[]): boolean {
  const known = services.find(({ name }) => name === entry.name);
  if (known !== undefined && isDeepStrictEqual({ ...known }, { ...entry })) return true;
  if (known !== undefined)
    throw new Failure(`NAME must be free, got ${entry.name}: config/services.ts has another entry of it`);
  const names = [entry.name, entry.product, ...(entry.kind === "http" ? [entry.path.slice(1)] : [])];
  for (const name of names) {
    const reason = reservedBecause(name);
    if (reason !== undefined) throw new Failure(`NAME must be free, got ${name}: ${reason}`);
  }
  validate(environments, [...services, entry]);
  if (existsSync(entry.entry))
    throw new Failure(`NAME must be free, got ${entry.name}: the folder ${entry.entry} exists`);
  return false;
}
