import { Command, Option } from "commander";
import textTable from "text-table";
import { wholeNumber } from "../runtime/number-option";
import { runProgram } from "../runtime/program";
import { print, report, visible } from "../runtime/terminal";
import { type AttackTable, type Result, run } from "./attack";
import { showsMemory } from "./memory";
import { startPlatform } from "./platform";
import { tables } from "./tables";

const program = new Command("abuse")
  .description("Attacks a platform of its own, on this machine and nowhere else, and says what held.")
  .addOption(new Option("--only <text>", "the tables whose name has this text").env("ONLY"))
  .addOption(
    new Option("--requests <n>", "generated for each API")
      .env("REQUESTS")
      .default(5_000)
      .argParser(wholeNumber(1, 1_000_000)),
  )
  .addOption(new Option("--seed <n>", "of the generated requests").env("SEED").argParser(wholeNumber(0)))
  .addHelpText("after", "\nExit codes: 0 everything held, 1 something did not. It takes some minutes.")
  .exitOverride()
  .action(
    async ({
      only = "",
      requests,
      seed = Date.now() % 1_000_000,
    }: {
      only?: string;
      requests: number;
      seed?: number;
    }) => {
      const all = tables({ requests, seed, milliseconds: 10_000 });
      const chosen = all.filter(({ name }) => name.includes(only));
      if (chosen.length === 0)
        throw new Error(`no table has ${only} in its name: ${all.map(({ name }) => name).join(", ")}`);
      if (!showsMemory)
        report(`${process.platform} shows no process's memory: its limits are not held to here, Linux does`);
      const platform = await startPlatform();
      try {
        const results = await run(chosen, platform, ({ table, attack, outcome }) => {
          if (outcome !== undefined) report(`${table}: ${visible(attack)}: ${visible(outcome)}`);
        });
        summarize(chosen, results);
        if (results.some(({ outcome }) => outcome !== undefined)) process.exitCode = 1;
      } finally {
        await platform.stop();
      }
    },
  );

function summarize(chosen: readonly AttackTable[], results: readonly Result[]): void {
  const count = (of: readonly Result[]) =>
    `tried ${of.length} / held ${of.filter(({ outcome }) => outcome === undefined).length}`;
  const lines = chosen.map(({ name, source }) => [name, count(results.filter(({ table }) => table === name)), source]);
  print(`${textTable(lines)}\n\n${count(results)}`);
}

await runProgram(() => program.parseAsync());
