import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { canonical, InputError, type ObjectValue, toValue, type Value } from "@platform/terraform";
import { z } from "zod";

/** The file of answers, where none is named: beside the program, or in a folder above it. */
const answersFile = "rehearsal.answers.yaml";

const object = z.record(z.string(), z.unknown());
/** What every data source or ephemeral resource of a type answers whose configuration has what `match` says. */
const answer = z.strictObject({ type: z.string(), match: object.default({}), set: object });
const form = z.strictObject({
  data: z.array(answer).default([]),
  ephemeral: z.array(answer).default([]),
  /** Outputs of states that are not of this program, by the name of the terraform_remote_state that reads them. */
  states: z.record(z.string(), object).default({}),
  /** What functions of providers return: `provider::aws::user_agent`. */
  functions: object.default({}),
});

/** What the world outside of a program answers, as its authors say. */
export type Answers = z.infer<typeof form>;
export const noAnswers: Answers = { data: [], ephemeral: [], states: {}, functions: {} };

/**
 * Reads the answers of a program.
 *
 * @param file where they are. @default {@link answersFile} in the program's folder or the nearest above it, if there is one
 * @throws {InputError} when the file is named and not there, or of another form
 */
export async function readAnswers(program: string, file = nearest(program)): Promise<Answers> {
  if (file === undefined) return noAnswers;
  if (!existsSync(file)) throw new InputError(`${file} does not exist`);
  const parsed = form.safeParse((await parsedYaml(file)) ?? {});
  if (parsed.success) return parsed.data;
  throw new InputError(`${file} is no file of answers:\n${z.prettifyError(parsed.error)}`);
}

async function parsedYaml(file: string): Promise<unknown> {
  // Few programs have answers, and to load what reads them is a tenth of the start.
  const { parse } = await import("yaml");
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new InputError(`${file} is no YAML: ${error instanceof Error ? error.message : error}`);
  }
}

function nearest(folder: string): string | undefined {
  const file = join(folder, answersFile);
  if (existsSync(file)) return file;
  return dirname(folder) === folder ? undefined : nearest(dirname(folder));
}

/** What the answers set for one configuration; later ones win. */
export function answered(kind: "data" | "ephemeral", answers: Answers, type: string, config: ObjectValue): ObjectValue {
  const fitting = answers[kind].filter(
    (one) =>
      one.type === type && Object.entries(one.match).every(([name, value]) => equal(config[name], toValue(value))),
  );
  return Object.assign({}, ...fitting.map(({ set }) => toValue(set)));
}

const equal = (a: Value | undefined, b: Value) => canonical(a ?? null) === canonical(b);

/** Terraform's type of a value, in its JSON form. */
export function typeOf(value: unknown): unknown {
  if (Array.isArray(value)) return ["tuple", value.map(typeOf)];
  if (typeof value === "object" && value !== null) {
    return ["object", Object.fromEntries(Object.entries(value).map(([name, member]) => [name, typeOf(member)]))];
  }
  return typeof value === "boolean" ? "bool" : typeof value === "number" ? "number" : "string";
}
