import type { HttpService } from "../../../config/service";
import { imports, type Resources, uses } from "./resources";
import type { Table } from "./table";

/** app.ts: what the service is and what it uses. */
export function httpApp(service: HttpService, resources: Resources, table: Table | undefined): string {
  const knowsCallers = resources.has("callers");
  const parts = [...(knowsCallers ? ["callers"] : []), ...(table ? ["database"] : [])];
  return `${imports(resources)}
import { httpService } from "../../runtime/service";
${table ? 'import { itemRepository } from "./item-repository";\n' : ""}import { addOperations } from "./operations";

export default httpService({
  name: ${JSON.stringify(service.name)},
  description: ${JSON.stringify(service.description)},
  uses: ${uses(resources)},
  create({ api${parts.map((part) => `, ${part}`).join("")} }) {
${knowsCallers ? "    api.admit(callers);\n" : ""}    addOperations(api${table ? ", { items: itemRepository(database) }" : ""});
  },
});
`;
}

/** What a token must allow, where the service knows its callers. */
const scopeOf = ({ name, uses }: HttpService, right: "read" | "write") =>
  uses.includes("callers") ? `      scope: "${name}:${right}",\n` : "";

/** operations.ts of a service with a table: its requests, their schemas and their answers. */
export const operationsOnItems = (service: HttpService) => `import { randomUUID } from "node:crypto";
import type { Api } from "../../runtime/api";
import { Problem } from "../../runtime/problem";
import * as z from "../../runtime/schema";
import type { ItemRepository } from "./item-repository";

/** A text without NUL, which PostgreSQL cannot hold. */
const name = z.string().check(
  z.minLength(1),
  z.maxLength(200),
  z.refine((value) => !value.includes("\\0"), "contains a NUL character"),
);
const NewItem = z.strictObject({ name }).check(z.meta({ id: "NewItem" }));
const Item = z.strictObject({ id: z.uuid(), name }).check(z.meta({ id: "Item" }));

export function addOperations(api: Api, { items }: { readonly items: ItemRepository }): void {
  api.operation(
    {
      method: "post",
      path: "/items",
      summary: "Add an item",
${scopeOf(service, "write")}      request: z.object({ body: NewItem }),
      answers: { 201: { description: "The item, kept.", body: Item } },
    },
    async ({ body }, context) => {
      const item = { id: randomUUID(), name: body.name };
      await items.add(item);
      return context.json(item, 201, { Location: \`items/\${item.id}\` });
    },
  );
  api.operation(
    {
      method: "get",
      path: "/items/{id}",
      summary: "Read an item",
${scopeOf(service, "read")}      request: z.object({ params: z.object({ id: z.uuid() }) }),
      answers: { 200: { description: "The item.", body: Item }, 404: { description: "There is no such item." } },
    },
    async ({ params }, context) => {
      const item = await items.find(params.id);
      if (item === undefined) throw new Problem(404, "There is no such item.");
      return context.json(item);
    },
  );
}
`;

/** operations.ts of a service without a table. */
export const operationsAlone = (service: HttpService) => `import type { Api } from "../../runtime/api";
import * as z from "../../runtime/schema";

const Greeting = z.strictObject({ greeting: z.string() }).check(z.meta({ id: "Greeting" }));

export function addOperations(api: Api): void {
  api.operation(
    {
      method: "get",
      path: "/greetings/{name}",
      summary: "Greet somebody",
${scopeOf(service, "read")}      request: z.object({ params: z.object({ name: z.string().check(z.maxLength(200)) }) }),
      answers: { 200: { description: "The greeting.", body: Greeting } },
    },
    ({ params }, context) => context.json({ greeting: \`Hello, \${params.name}\` }),
  );
}
`;

const post = (path: string) =>
  `api.fetch(new Request("http://localhost${path}", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }))`;

export const testOfItems = (service: HttpService, { role }: Table) => `import { randomUUID } from "node:crypto";
import { itemRepository } from "../../../${service.entry}/item-repository";
import { addOperations } from "../../../${service.entry}/operations";
import { Api } from "../../../runtime/api";
import { createDatabase, type Database } from "../../../runtime/database";
import { createLogger } from "../../../runtime/logger";
import { type TestDatabase, testDatabase } from "../../database";

const logger = createLogger({ service: "test", level: "silent" });
let databases: TestDatabase;
let database: Database;
let api: Api;

beforeAll(async () => {
  databases = await testDatabase();
  database = createDatabase({ DATABASE_URL: databases.urlAs("${role}"), DATABASE_POOL_SIZE: 2 }, logger);
  api = new Api({ name: "${service.name}", description: "", logger, ready: () => database.query("SELECT 1") });
  addOperations(api, { items: itemRepository(database) });
});
afterAll(async () => {
  await database.close();
  await databases.drop();
});

const get = (path: string) => api.fetch(new Request(\`http://localhost\${path}\`));
const post = (body: unknown) => ${post("/items")};

test("an item that was added is read by its address", async () => {
  const added = await post({ name: "first" });
  expect(added.status).toBe(201);
  const read = await get(\`/\${added.headers.get("location")}\`);
  expect([read.status, await read.json()]).toEqual([200, await added.json()]);
});

test("an item that does not exist is answered with 404", async () => {
  expect((await get(\`/items/\${randomUUID()}\`)).status).toBe(404);
});

test.each([{}, { name: "" }, { name: "x".repeat(201) }, { name: "\\0" }, { name: "a", price: 1 }])(
  "%j is refused as an item",
  async (body) => {
    expect((await post(body)).status).toBe(422);
  },
);
`;

export const testAlone = (
  service: HttpService,
) => `import { addOperations } from "../../../${service.entry}/operations";
import { Api } from "../../../runtime/api";
import { createLogger } from "../../../runtime/logger";

test("somebody is greeted by name", async () => {
  const logger = createLogger({ service: "test", level: "silent" });
  const api = new Api({ name: "${service.name}", description: "", logger, ready: async () => undefined });
  addOperations(api);
  const answer = await api.fetch(new Request("http://localhost/greetings/Ada"));
  expect([answer.status, await answer.json()]).toEqual([200, { greeting: "Hello, Ada" }]);
});
`;
