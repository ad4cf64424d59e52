import { resolve } from "node:path";
import { execa } from "execa";
import type { Service } from "../config/service";
import type { LocalProgram, Machine } from "../dependencies/local-dependency";
import { bundleOnce } from "./bundle";
import { baseEnvironment } from "./environment";
import type { Logs } from "./logs";
import type { Sources } from "./sources";
import { nodeProgram } from "./supervisor/node-program";
import type { Supervisor } from "./supervisor/supervisor";

export interface MachineParts {
  /** Folder of everything that is kept. */
  readonly folder: string;
  readonly services: readonly Service[];
  /** The environment of whoever started the platform; little of it reaches a program. */
  readonly shell: NodeJS.ProcessEnv;
  readonly supervisor: Supervisor;
  readonly sources: Sources;
  readonly logs: Logs;
}

/** This machine, as the dependencies use it. */
export function thisMachine({ folder, services, shell, supervisor, sources, logs }: MachineParts): Machine {
  const environmentOf = ({ name, variables }: LocalProgram) => ({
    ...baseEnvironment(shell),
    ...variables,
    SERVICE_NAME: name,
  });
  return {
    folder: resolve(folder),
    services,
    keep: (server) => supervisor.start({ ...server, group: server.name, kind: "dependency" }),
    keepProgram: async (program, port) => {
      const { name, entry } = program;
      const { file } = await sources.add(name, entry);
      const environment = environmentOf(program);
      await supervisor.start(nodeProgram({ name, kind: "dependency", file, environment, port }));
    },
    run: async (program) => {
      const { name, entry } = program;
      const file = await bundleOnce(name, entry, sources.folder);
      const log = logs.of(name);
      const logged = function* (line: unknown) {
        log(String(line));
        yield line;
      };
      const { failed, signal, exitCode, all } = await execa(process.execPath, ["--enable-source-maps", file], {
        env: environmentOf(program),
        extendEnv: false,
        stdin: "ignore",
        stdout: logged,
        stderr: logged,
        all: true,
        lines: true,
        reject: false,
      });
      if (failed)
        throw new Error(`${name} failed (${signal ?? `exit code ${exitCode}`}): ${all.slice(-3).join(" | ")}`);
    },
  };
}
