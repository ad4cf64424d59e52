import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Plugin } from "esbuild";
import { Failure } from "./failure";

/** What a service is started as, by the kit's one program for it. */
const programs = {
  process: 'import { runProcess } from "./runtime/process";\nawait runProcess(service);',
  function: 'import { runFunction } from "./runtime/lambda";\nexport const handler = await runFunction(service);',
} as const;

const pattern = /^(process|function):(.+)$/;

/**
 * The entry point, for a build with `serviceEntries`, of a service's process or function. It holds what that service
 * imports and nothing of the others.
 *
 * @throws when the service's folder has no app.ts
 */
export function serviceEntry(form: keyof typeof programs, folder: string): string {
  const app = join(folder, "app.ts");
  if (!existsSync(app)) throw new Failure(`${app} does not exist: a service declares itself there`);
  return `${form}:${folder}`;
}

/** Lets esbuild build what `serviceEntry` names. */
export const serviceEntries: Plugin = {
  name: "service-entries",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: pattern }, ({ path }) => ({ path, namespace: "service" }));
    onLoad({ filter: pattern, namespace: "service" }, ({ path }) => {
      const [, form, folder = ""] = pattern.exec(path) ?? [];
      const app = JSON.stringify(resolve(folder, "app"));
      return {
        contents: `import service from ${app};\n${form === "process" ? programs.process : programs.function}`,
        resolveDir: process.cwd(),
        loader: "js",
      };
    });
  },
};
