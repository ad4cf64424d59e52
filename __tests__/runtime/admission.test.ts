import * as z from "zod";
import { Api } from "../../runtime/api";
import type { Caller, Callers } from "../../runtime/callers";
import { createLogger } from "../../runtime/logger";

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

test("a limit without anything that counts keeps a service from starting", () => {
  expect(() => api().admit(everybody(10))).toThrow("a limit of requests needs what counts them");
});

test("the page for people says which scope an operation needs", async () => {
  const made = api()
    .admit(everybody())
    .operation({ ...operation, scope: "notes:read" }, () => new Response());
  const page = await (await made.fetch(new Request("http://notes/docs"))).text();
  expect(page).toContain("Needs a token with the scope <code>notes:read</code>");
});
