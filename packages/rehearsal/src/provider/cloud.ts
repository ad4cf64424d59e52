import { existsSync, readFileSync } from "node:fs";
import { canonical, InputError, isObject, type ObjectValue, parseJson, toValue, type Value } from "@platform/terraform";
import { z } from "zod";
import { type Answers, noAnswers } from "../answers";
import { MadeUp } from "./made-up";

/**
 * A change that someone made in the cloud by hand: every resource of the type whose attributes equal `match` is read
 * with `set` over its values, or, with `gone`, is not there any more.
 */
const change = z.object({
  type: z.string(),
  match: z.record(z.string(), z.unknown()).default({}),
  set: z.record(z.string(), z.unknown()).default({}),
  gone: z.boolean().default(false),
});
const changes = z.array(change);

/**
 * What the offline cloud holds besides Terraform's own state: identities already given, and changes made by hand.
 *
 * @param drift JSON file with a list of changes ({@link change}), read anew at every refresh; it need not exist
 */
export class Cloud {
  readonly #identities = new Map<string, number>();
  /** What data sources, ephemeral resources and functions answer, as the program's authors say. */
  answers: Answers = noAnswers;
  readonly madeUp = new MadeUp();
  /** Folders that Terraform works in: a file that a program has made is made in these, and nowhere else. */
  readonly folders: string[] = [];

  /** Whether something that makes files (a provisioner) was kept from running. */
  unbuilt = false;

  constructor(private readonly drift?: string) {}

  /** A seed that no other resource has: two resources with one and the same configuration are still two. */
  seed(type: string, values: Value): string {
    const base = `${type} ${canonical(values)}`;
    const before = this.#identities.get(base) ?? 0;
    this.#identities.set(base, before + 1);
    return before === 0 ? base : `${base} ${before}`;
  }

  /**
   * The resource as the cloud has it now.
   *
   * @param known what Terraform's state says of it
   * @returns null when it is gone
   * @throws when the drift file is not a list of changes
   */
  read(type: string, known: ObjectValue): ObjectValue | null {
    let found = known;
    for (const { type: changed, match, set, gone } of this.#changes()) {
      if (changed !== type || !Object.entries(match).every(([name, value]) => equal(found[name], toValue(value))))
        continue;
      if (gone) return null;
      const values = toValue(set);
      found = { ...found, ...(isObject(values) ? values : {}) };
    }
    return found;
  }

  /** @throws {InputError} when the drift file is no list of changes: Terraform reads it only where something is deployed */
  checkChanges(): void {
    this.#changes();
  }

  #changes(): z.infer<typeof changes> {
    if (this.drift === undefined || !existsSync(this.drift)) return [];
    const parsed = changes.safeParse(parseJson(readFileSync(this.drift, "utf8"), `${this.drift} is not whole JSON`));
    if (parsed.success) return parsed.data;
    throw new InputError(
      `${this.drift} is no list of changes [{ type, match, set, gone }]: ${z.prettifyError(parsed.error)}`,
    );
  }
}

const equal = (a: Value | undefined, b: Value) => canonical(a ?? null) === canonical(b);
