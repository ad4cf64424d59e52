import type { HttpService } from "../../config/service";
import type { Check } from "./smoke-test";

/** What every deployed service must answer: that it runs, that it reaches what it works with, what it offers. */
export function serviceChecks({ name, path }: HttpService): Check[] {
  return [
    { name: `${name} runs`, path: `${path}/health`, status: 200, holds: ["status", "ok"] },
    { name: `${name} reaches its database`, path: `${path}/health?deep`, status: 200, holds: ["status", "ok"] },
    { name: `${name} describes itself`, path: `${path}/openapi.json`, status: 200 },
  ];
}
