import { execa } from "execa";
import * as z from "zod";
import type { Policy } from "./policy";

/** What `npm audit --json` prints, as far as it is read here. https://docs.npmjs.com/cli/v10/commands/npm-audit */
const Report = z.object({
  auditReportVersion: z.literal(2),
  vulnerabilities: z.record(
    z.string(),
    z.object({
      via: z.array(z.union([z.string(), z.object({ url: z.string(), title: z.string(), severity: z.string() })])),
    }),
  ),
});

/** What it prints when the registry gave no answer. */
const Refusal = z.object({ message: z.string() });

export type Audit =
  | { readonly answered: true; readonly faults: readonly string[] }
  /** With the registry's, or the network's, own words. */
  | { readonly answered: false; readonly reason: string };

/** Asks the registry which known vulnerabilities the packages of production have; faults are a sentence each. */
export async function audit(folder: string, { exceptions }: Policy): Promise<Audit> {
  const { stdout, stderr } = await execa(
    "npm",
    ["audit", "--omit=dev", "--json", "--fetch-retries=0", "--fetch-timeout=20000"],
    {
      cwd: folder,
      reject: false,
      timeout: 60_000,
    },
  );
  const json = parsed(stdout);
  const report = Report.safeParse(json);
  if (!report.success) {
    const reason =
      Refusal.safeParse(json).data?.message ?? `npm audit printed no report: ${stderr.trim() || "nothing"}`;
    return { answered: false, reason: reason.split("\n")[0] ?? reason };
  }
  const found = Object.entries(report.data.vulnerabilities).flatMap(([name, { via }]) =>
    via.flatMap((one) =>
      typeof one === "string" ? [] : [{ name, advisory: one.url.split("/").at(-1) ?? one.url, ...one }],
    ),
  );
  const excepted = (one: { readonly name: string; readonly advisory: string }) =>
    exceptions.advisories.some(({ package: name, advisory }) => name === one.name && advisory === one.advisory);
  const unused = exceptions.advisories.filter(
    ({ package: name, advisory }) => !found.some((one) => one.name === name && one.advisory === advisory),
  );
  return {
    answered: true,
    faults: [
      ...found
        .filter((one) => !excepted(one))
        .map(
          ({ name, advisory, severity, title }) =>
            `${name} has a known vulnerability, ${severity}: ${title} (${advisory})`,
        ),
      ...unused.map(
        ({ package: name, advisory }) => `policy.yaml excepts ${advisory} of ${name}, which is not there: delete it`,
      ),
    ],
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
