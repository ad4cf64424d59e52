import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { z } from "zod";

const model = z.object({
  metadata: z.object({ serviceId: z.string() }),
  shapes: z.record(z.string(), z.object({ enum: z.array(z.string()).optional() })),
});

const letters = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** Import path of the types of one service of AWS's SDK for Go. */
const typesOf = /\/aws-sdk-go-v2\/service\/(\w+)\/types$/;

/** The lists of values in AWS's API models, which the provider takes from AWS's SDK for Go. */
export class Enums {
  /** Service as Go names its package -> shape -> values. */
  readonly #services = new Map<string, ReadonlyMap<string, readonly string[]>>();

  /** @param folder `botocore/data`: a folder for each service, one in it for each version */
  constructor(folder: string) {
    for (const { name: service } of readdirSync(folder, { withFileTypes: true }).filter((one) => one.isDirectory())) {
      const versions = readdirSync(join(folder, service)).sort();
      const file = versions.map((version) => join(folder, service, version, "service-2.json.gz")).findLast(existsSync);
      if (file === undefined) continue;
      const { metadata, shapes } = model.parse(JSON.parse(gunzipSync(readFileSync(file)).toString()));
      const own = Object.entries(shapes).flatMap(([name, one]): [string, readonly string[]][] =>
        one.enum === undefined ? [] : [[`${name.charAt(0).toUpperCase()}${name.slice(1)}`, one.enum]],
      );
      this.#services.set(letters(metadata.serviceId), new Map(own));
    }
  }

  /** Every value of a type of the SDK; undefined where it is none of these. */
  values(path: string, type: string): readonly string[] | undefined {
    return this.#of(path)?.get(type);
  }

  /** The value of a constant of the SDK: the name of its type, then the letters of the value. */
  constant(path: string, name: string): string | undefined {
    const types = this.#of(path);
    if (types === undefined || types.has(name)) return undefined;
    const found = [...types].flatMap(([type, values]) => {
      const rest = name.startsWith(type) ? letters(name.slice(type.length)) : "";
      const value = rest === "" ? undefined : values.find((one) => letters(one) === rest);
      return value === undefined ? [] : [{ type, value }];
    });
    return found.sort((a, b) => b.type.length - a.type.length)[0]?.value;
  }

  #of(path: string): ReadonlyMap<string, readonly string[]> | undefined {
    const service = typesOf.exec(path)?.[1];
    return service === undefined ? undefined : this.#services.get(service);
  }
}
