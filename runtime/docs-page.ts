type Json = Readonly<Record<string, unknown>>;

const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const object = (value: unknown): Json => (isJson(value) ? value : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (value: unknown) =>
  String(value ?? "").replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2430;background:#fff}
h1,h2{line-height:1.2}h2{margin-top:2.5rem;font-size:1.1rem}code,pre,h2{font-family:ui-monospace,monospace}
pre{background:#f3f5f8;padding:.75rem;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85rem}table{border-collapse:collapse;width:100%}
td:last-child{overflow-wrap:anywhere}td:first-child{width:11rem}td,th{text-align:left;vertical-align:top;border-top:1px solid #dde2ea;padding:.35rem .6rem .35rem 0}
.method{display:inline-block;min-width:4.5rem;color:#0b5cad}summary{cursor:pointer}
@media(prefers-color-scheme:dark){body{color:#dfe5ee;background:#12161c}pre{background:#1b212a}td,th{border-color:#2c3541}.method,a{color:#7db7f5}}`;

/** A readable page of an OpenAPI document: one file, no script, nothing fetched. Everything in it is escaped. */
export function docsPage(document: Json): string {
  const { title, description, version } = object(document.info);
  const base = escaped(object(list(document.servers)[0]).url).replace(/\/$/, "");
  const operations = Object.entries(object(document.paths)).flatMap(([path, methods]) =>
    Object.entries(object(methods)).map(([method, operation]) => section(base, path, method, object(operation))),
  );
  const schemas = Object.entries(object(object(document.components).schemas)).map(
    ([name, schema]) => `<h2 id="schema-${escaped(name)}">${escaped(name)}</h2>${code(schema)}`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${style}</style>
<h1>${escaped(title)} <small>${escaped(version)}</small></h1><p>${escaped(description)}.
The same for programs: <a href="${base}/openapi.json">openapi.json</a>.</p>
${operations.join("\n")}<h1>Schemas</h1>${schemas.join("\n")}</html>`;
}

function section(base: string, path: string, method: string, operation: Json): string {
  const rows = list(operation.parameters).map((parameter) => {
    const { name, in: location, required, schema } = object(parameter);
    const where = `${escaped(location)}${required ? ", required" : ""}`;
    return `<tr><td><code>${escaped(name)}</code><td>${where}<td>${inWords(object(schema))}`;
  });
  const answers = Object.entries(object(operation.responses)).map(([status, response]) => {
    const { description, content } = object(response);
    return `<tr><td>${escaped(status)}<td>${escaped(description)}<td>${contentOf(content)}`;
  });
  const body = contentOf(object(operation.requestBody).content);
  const scopes = list(operation.security).flatMap((one) => list(object(one).callers));
  const needs = scopes.map((scope) => `<p>Needs a token with the scope <code>${escaped(scope)}</code>.</p>`).join("");
  return `<h2><span class="method">${escaped(method.toUpperCase())}</span>${base}${escaped(path)}</h2>
<p>${escaped(operation.summary)}. ${escaped(operation.description)}</p>${needs}
${rows.length > 0 ? `<table>${rows.join("")}</table>` : ""}${body && `<p>Body: ${body}</p>`}
<details><summary>Answers</summary><table>${answers.join("")}</table></details>`;
}

const contentOf = (content: unknown) =>
  Object.values(object(content))
    .map((media) => inline(object(media).schema))
    .join("");

/** A parameter's schema: what it is for, then each rule as `name value`. */
function inWords({ description, type, ...rules }: Json): string {
  const named = Object.entries(rules).map(([name, value]) => `${name} <code>${escaped(value)}</code>`);
  return [escaped(description), [escaped(type), ...named].join(", ")].filter((part) => part !== "").join("<br>");
}

function inline(schema: unknown): string {
  const { $ref } = object(schema);
  if (typeof $ref !== "string") return code(schema);
  const name = escaped($ref.split("/").at(-1));
  return `<a href="#schema-${name}">${name}</a>`;
}

const code = (value: unknown) => `<pre>${escaped(JSON.stringify(value, null, 2))}</pre>`;
