import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { Command, Option } from "commander";
import { services } from "../config/services";
import { Failure } from "../runtime/failure";
import { wholeNumber } from "../runtime/number-option";
import { runProgram } from "../runtime/program";
import { visibleJson } from "../runtime/terminal";
import { ControlClient, NotRunning } from "./control-client";
import { isHealthCheck, LogFormat, readLog } from "./logs";
import { endOrphans } from "./orphans";
import { table } from "./ps";
import { up } from "./up";

const print = (line: string) => process.stdout.write(`${line}\n`);

const workers = () =>
  new Option("--workers <n>", "processes of each worker service").env("WORKERS").argParser(wholeNumber(0, 64));

const program = new Command("local")
  .description("The whole platform on this machine")
  .addOption(new Option("--folder <path>", "where data, logs and secrets are kept").default(".local"))
  .exitOverride();
const folder = () => program.opts<{ folder: string }>().folder;

program
  .command("up")
  .description("start everything and follow the logs")
  .addOption(new Option("--port <n>", "of the router").env("PORT").default(8080).argParser(wholeNumber(1, 65_535)))
  .addOption(workers().default(2))
  .addOption(new Option("--service <name>", "the service that --inspect is for").env("SERVICE"))
  .addOption(new Option("--inspect", "let a debugger attach to that service").env("INSPECT"))
  .addOption(
    new Option("--inspect-port <n>", "where").env("INSPECT_PORT").default(9229).argParser(wholeNumber(1, 65_535)),
  )
  .action(async ({ service, inspect: wanted, inspectPort, ...options }: UpOptions) => {
    const inspect = inspected(service, wanted !== undefined && wanted !== "0", inspectPort);
    process.exitCode = await up({ services, folder: folder(), shell: process.env, inspect, ...options }, print);
  });

interface UpOptions {
  readonly port: number;
  readonly workers: number;
  readonly service?: string;
  /** A word where it comes of a variable. */
  readonly inspect?: true | string;
  readonly inspectPort: number;
}

/** What may be inspected, of what was asked for. Throws in a sentence when that makes no sense. */
function inspected(service: string | undefined, isWanted: boolean, port: number) {
  if (!isWanted && service === undefined) return undefined;
  if (!isWanted) throw new Failure("make up starts every service: SERVICE is for INSPECT=1 alone");
  if (service === undefined) throw new Failure("say which: make up SERVICE=preferences INSPECT=1");
  const names = services.map(({ name }) => name);
  if (!names.some((name) => name === service))
    throw new Failure(`there is no ${service}; there are ${names.join(", ")}`);
  return { service, port };
}

program
  .command("down")
  .description("drain and stop everything")
  .action(async () => {
    try {
      await new ControlClient(folder()).stop();
      print("stopped");
    } catch (error) {
      if (!(error instanceof NotRunning)) throw error;
      const ended = await endOrphans(folder());
      print(
        ended.length > 0
          ? `ended orphan processes of a killed run: ${ended.join(", ")}`
          : "the platform is not running",
      );
    }
  });

program
  .command("ps")
  .description("what runs, since when, and why something does not")
  .option("--json", "as JSON")
  .action(async ({ json }: { json?: true }) => {
    const status = await new ControlClient(folder()).status();
    print(json ? visibleJson(status) : table(status, Date.now()));
  });

program
  .command("logs")
  .description("the last lines of a service, or of all, and then every new one")
  .argument("[service]", "a name that make ps shows, or a service for all its workers")
  .option("--lines <n>", "how many of the last lines", wholeNumber(0, 100_000), 20)
  .action(async (service: string | undefined, { lines }: { lines: number }) => {
    const client = new ControlClient(folder());
    const { programs } = await client.status();
    const chosen = programs.filter(({ name, group }) => service === undefined || [name, group].includes(service));
    if (chosen.length === 0) {
      throw new Failure(`there is no ${service}; there are ${programs.map(({ name }) => name).join(", ")}`);
    }
    const format = new LogFormat(chosen);
    for (const { name, group } of chosen) {
      const last = readLog(folder(), name).map((text) => ({ name, group, text }));
      const worthReading = last.filter((line) => !isHealthCheck(line));
      for (const line of worthReading.slice(worthReading.length - lines)) print(format.format(line));
    }
    for await (const line of client.logs(service)) if (!isHealthCheck(line)) print(format.format(line));
  });

program
  .command("scale")
  .description("run another number of workers, at once")
  .addOption(workers())
  .action(async (options: { workers?: number }) => {
    if (options.workers === undefined) throw new Failure("say how many: make scale WORKERS=5");
    print(table(await new ControlClient(folder()).scale(options.workers), Date.now()));
  });

program
  .command("reset")
  .description("stop everything and delete its data and secrets")
  .addOption(new Option("--force", "do not ask").env("FORCE"))
  .action(async ({ force }: { force?: boolean | string }) => {
    if (!existsSync(folder())) print("there is nothing to delete");
    else if (
      (force && force !== "0") ||
      (await agrees(`delete all rows, queues, objects and secrets in ${folder()}?`))
    ) {
      await new ControlClient(folder()).stop().catch((error: unknown) => {
        if (!(error instanceof NotRunning)) throw error;
      });
      await endOrphans(folder());
      rmSync(folder(), { recursive: true, force: true });
      print("deleted; the next make up begins anew");
    } else print("nothing was deleted");
  });

async function agrees(question: string): Promise<boolean> {
  const terminal = createInterface(process.stdin, process.stdout);
  // At the end of the input nobody answers: that is a no.
  const answer = await Promise.race([terminal.question(`${question} [y/N] `), once(terminal, "close").then(() => "")]);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

await runProgram(() => program.parseAsync());
