import * as z from "zod";
import { Api } from "../../runtime/api";
import type { Caller, Callers } from "../../runtime/callers";
import { createLogger } from "../../runtime/logger";
import { httpService, openHttp, resource } from "../../runtime/service";
import { countInMemory } from "../../runtime/usage-limit";

const logger = createLogger({ service: "test", level: "silent" });
const ada: Caller = { subject: "ada", client: "shop", scopes: new Set(["notes:read"]), isPerson: true };
const everybody = (requestsPerMinute?: number): Callers => ({
  discoveryUrl: "https://identity.example.com/.well-known/openid-configuration",
  requestsPerMinute,
  admit: async () => ada,
});
const operation = { method: "get", path: "/notes", summary: "List notes", request: z.object({}), answers: {} } as const;
const api = () => new Api({ name: "notes", description: "", logger, ready: async () => undefined });

test("an operation that names no scope keeps a service that knows its callers from starting", () => {
  const handle = () => new Response();
  expect(() => api().admit(everybody()).operation(operation, handle)).toThrow(
    "get /notes must name the scope that its callers need",
  );
  expect(() => api().admit(undefined).operation(operation, handle)).not.toThrow();
});

test("who may call is said before there is anything to call", () => {
  const made = api().operation({ ...operation, scope: "notes:read" }, () => new Response());
  expect(() => made.admit(everybody())).toThrow("operations were added before");
});

test("without a shared count each instance counts for itself, a minute at a time", async () => {
  const made = api().admit(everybody(2));
  const ask = async () => (await made.fetch(new Request("http://notes/caller"))).status;
  const statuses = [await ask(), await ask(), await ask(), await ask(), await ask()];
  // A minute may have begun once.
  expect(statuses).toContain(200);
  expect(statuses).toContain(429);
  let moment = 0;
  const take = countInMemory(() => moment);
  expect(await take("ada", 2)).toEqual({ requests: 2, seconds: 60 });
  moment = 59_000;
  expect(await take("ada", 2)).toEqual({ requests: 4, seconds: 1 });
  moment = 60_000;
  expect(await take("ada", 2)).toEqual({ requests: 2, seconds: 60 });
});

test("a service that uses callers and does not say so to its API does not start", async () => {
  const uses = { callers: resource(z.object({}), () => everybody()) };
  const forgetful = httpService({ name: "notes", description: "Notes", uses, create: () => undefined });
  const env = { LOG_LEVEL: "silent" };
  await expect(openHttp(forgetful, env, z.object({}))).rejects.toThrow("must begin with api.admit(callers)");
  const mindful = httpService({
    name: "notes",
    description: "Notes",
    uses,
    create: ({ api, callers }) => void api.admit(callers),
  });
  expect((await openHttp(mindful, env, z.object({}))).api.knowsCallers).toBe(true);
});

test("the document says, for people too, which scope an operation needs", () => {
  const made = api()
    .admit(everybody())
    .operation({ ...operation, scope: "notes:read" }, () => new Response());
  expect(JSON.stringify(made.document())).toContain("Needs a token with the scope `notes:read`.");
});
