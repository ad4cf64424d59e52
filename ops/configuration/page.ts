import { FunctionEnvironment } from "../../runtime/lambda";
import { ProcessEnvironment } from "../../runtime/process";
import * as z from "../../runtime/schema";
import { environmentOf, type Service } from "../../runtime/service";
import type { Declarations } from "../program/load-services";
import { type Variable, variablesOf } from "./variables";

/** The page docs/configuration.md, made of the schemas that the services read their environment with. */
export function configurationPage(services: Declarations): string {
  return `# Configuration

Every service reads its environment once, at start, through one schema, and stops with the names of the variables that
are missing or invalid. An empty variable counts as missing. This page is made of those schemas: \`make generate\` writes it.

The database is reached by \`DATABASE_URL\`; or, on AWS, as \`DATABASE_USER\` with an IAM token, which \`DATABASE_AUTH=iam\` asks
for and which needs the host, the name and the region. Redis is reached by \`REDIS_URL\`; on AWS as \`REDIS_USER\`, with an IAM
token, which \`REDIS_AUTH=iam\` asks for and which needs the cache and the region.
${[...services.values()].map(section).join("")}`;
}

/** The variables of a service, as a process and as a function, each once. */
export function serviceVariables(service: Service): readonly Variable[] {
  const runners = service.kind === "http" ? [ProcessEnvironment, FunctionEnvironment] : [z.object({})];
  const variables = runners.flatMap((runner) => variablesOf(environmentOf(service, runner)));
  return [...new Map(variables.map((variable) => [variable.name, variable])).values()];
}

const kinds = { http: "an HTTP service", worker: "a worker", events: "works on events" } as const;

function section(service: Service): string {
  const { name, description, kind } = service;
  return `
## ${name}

${description} (${kinds[kind]}).

| variable | values | when not set | meaning |
| --- | --- | --- | --- |
${serviceVariables(service).map(row).join("\n")}
`;
}

const row = ({ name, values, fallback, meaning }: Variable) =>
  `| \`${name}\` | ${values} | ${fallback === undefined ? "**must be set**" : fallback} | ${meaning.replaceAll("|", "\\|")} |`;
