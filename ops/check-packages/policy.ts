import { readFileSync } from "node:fs";
import { parse } from "yaml";
import * as z from "zod";

const exception = { package: z.string(), reason: z.string().min(20), date: z.iso.date() };

const Policy = z.strictObject({
  licences: z.array(z.string()),
  exceptions: z.strictObject({
    licences: z.array(z.strictObject({ ...exception, licence: z.string() })),
    advisories: z.array(z.strictObject({ ...exception, advisory: z.string().startsWith("GHSA-") })),
  }),
});

/** Which packages production may use. */
export type Policy = z.infer<typeof Policy>;

/** Reads policy.yaml; throws when it has another form. */
export const readPolicy = (file: string): Policy =>
  Policy.parse(parse(readFileSync(file, "utf8"), { schema: "failsafe" }));
