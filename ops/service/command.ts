import { createInterface } from "node:readline/promises";
import { Command, Option } from "commander";
import { dependencyNames } from "../../config/dependency";
import { environments } from "../../config/environments";
import { services } from "../../config/services";
import { Failure } from "../../runtime/failure";
import { runProgram } from "../../runtime/program";
import { applyWhole } from "./apply";
import { serviceFiles } from "./files";
import { type Answers, entryOf, isThere } from "./new-service";

type Options = Partial<Answers>;

const program = new Command("service")
  .description("Writes a new service: its entry in config/services.ts, its folder, its tables and its first test.")
  .addOption(new Option("--name <name>", "kebab-case, such as orders").env("NAME"))
  .addOption(new Option("--kind <kind>", "http or worker").env("KIND"))
  .addOption(new Option("--uses <list>", `any of ${dependencyNames.join(",")}, or empty`).env("USES"))
  .addOption(new Option("--hosts <list>", "public hosts that it asks, where it uses internet").env("HOSTS"))
  .addOption(new Option("--product <name>", "whose data it works on (default: its name)").env("PRODUCT"))
  .addOption(new Option("--path-prefix <path>", "where an HTTP service answers (default: /name)").env("PATH_PREFIX"))
  .addOption(new Option("--description <sentence>", "for the status page and the docs").env("DESCRIPTION"))
  .exitOverride();

/** What is missing is asked for on a terminal. @throws Failure without one */
async function answersOf({ name, kind, uses, hosts, ...rest }: Options): Promise<Answers> {
  const asked = {
    name: name || (await ask("NAME", "kebab-case, such as orders")),
    kind: kind || (await ask("KIND", "http or worker")),
    uses: uses ?? (await ask("USES", `any of ${dependencyNames.join(",")}, or nothing`)),
  };
  const named = hosts || (/\binternet\b/.test(asked.uses) ? await ask("HOSTS", "such as api.example.com") : undefined);
  return { ...asked, ...(named !== undefined && { hosts: named }), ...rest };
}

async function ask(variable: string, hint: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new Failure(`${variable} must be given: make service NAME=orders KIND=http USES=database`);
  }
  const terminal = createInterface(process.stdin, process.stderr);
  const closed = new Promise<string>((_, reject) => {
    terminal.once("close", () => reject(new Failure(`${variable} was not given`)));
  });
  try {
    return (await Promise.race([terminal.question(`${variable} (${hint}): `), closed])).trim();
  } finally {
    closed.catch(() => {});
    terminal.close();
  }
}

await runProgram(async (cancelled) => {
  const entry = entryOf(await answersOf(program.parse().opts<Options>()));
  if (isThere(entry, services, environments)) {
    process.stdout.write(`${entry.name} is there already: nothing to do\n`);
    return;
  }
  const written = await applyWhole(await serviceFiles(entry, services), cancelled);
  process.stdout.write(`${written.join("\n")}\n\n${nextSteps(entry)}`);
});

function nextSteps({ name, entry }: ReturnType<typeof entryOf>): string {
  return `${name} is written: read ${entry}/app.ts. make up serves it, make plan shows it on AWS, make test is green.\n`;
}
