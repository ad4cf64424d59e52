import { services } from "../../config/services";
import { environments } from "./environments";
import { type Variable, variablesOf } from "./variables";

/** The page docs/configuration.md, made of the schemas that the services read their environment with. */
export function configurationPage(): string {
  return `# Configuration

Every service reads its environment once, at start, through one schema, and stops with the names of the variables that
are missing or invalid. An empty variable counts as missing. This page is made of those schemas: \`make generate\` writes it.

The database is reached by \`DATABASE_URL\`; or, on AWS, as \`DATABASE_USER\` with an IAM token, which \`DATABASE_AUTH=iam\` asks
for and which needs the host, the name and the region.
${services.map(section).join("")}`;
}

function section({ name, description, kind }: (typeof services)[number]): string {
  const variables = new Map(environments[name].flatMap(variablesOf).map((variable) => [variable.name, variable]));
  return `
## ${name}

${description} (${kind === "http" ? "an HTTP service" : "a worker"}).

| variable | values | when not set | meaning |
| --- | --- | --- | --- |
${[...variables.values()].map(row).join("\n")}
`;
}

const row = ({ name, values, fallback, meaning }: Variable) =>
  `| \`${name}\` | ${values} | ${fallback === undefined ? "**must be set**" : fallback} | ${meaning.replaceAll("|", "\\|")} |`;
