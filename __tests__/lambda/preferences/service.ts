import { callerRequestsRepository } from "../../../lambda/preferences/caller-requests-repository";
import { addOperations, type Dependencies } from "../../../lambda/preferences/operations";
import { Api } from "../../../runtime/api";
import type { Callers } from "../../../runtime/callers";
import { createDatabase, type Database } from "../../../runtime/database";
import { createLogger, type Logger } from "../../../runtime/logger";
import { type TestDatabase, testDatabase } from "../../database";

export const silent = createLogger({ service: "test", level: "silent" });

type Consents = { readonly id: string; readonly enabled: boolean }[];

/** The fields of every answer in one: a test reads those of the answer it asked for. */
export interface Body {
  readonly id: string;
  readonly email: string;
  readonly consents: Consents;
  readonly sequence: number;
  readonly users: { readonly id: string }[];
  readonly events: { readonly sequence: number; readonly consents: Consents }[];
  readonly next: string | null;
  readonly problems: { readonly pointer: string; readonly detail: string }[];
  readonly paths: Readonly<Record<string, unknown>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
  readonly detail: string;
  readonly scopes: string[];
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface PreferencesService {
  readonly api: Api;
  readonly database: Database;
  readonly databases: TestDatabase;
  get(path: string, headers?: Record<string, string>): Promise<Answered>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answered>;
  put(path: string, body: unknown, headers?: Record<string, string>): Promise<Answered>;
  delete(path: string, headers?: Record<string, string>): Promise<Answered>;
  /** Creates a user with an address of its own; returns its id. */
  user(): Promise<string>;
  stop(): Promise<void>;
}

export interface ServiceOptions extends Partial<Dependencies> {
  /** @default everybody may call */
  readonly callers?: Callers;
  /** @default a silent one */
  readonly logger?: Logger;
}

/** The service on a database of its own, called without a socket. */
export async function preferencesService({
  callers,
  logger = silent,
  ...options
}: ServiceOptions = {}): Promise<PreferencesService> {
  const databases = await testDatabase();
  const database = createDatabase({ DATABASE_URL: databases.preferencesUrl, DATABASE_POOL_SIZE: 5 }, silent);
  const ready = () => (options.database ?? database).query("SELECT 1");
  const api = new Api({ name: "preferences", description: "", logger, ready });
  api.admit(callers, callerRequestsRepository(options.database ?? database).take);
  addOperations(api, { database, checkMailDomain: async () => null, ...options });
  const send = async (path: string, init: RequestInit): Promise<Answered> => {
    const response = await api.fetch(new Request(`http://preferences${path}`, init));
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
  };
  const sendBody =
    (method: string) =>
    (path: string, body: unknown, headers: Record<string, string> = {}) =>
      send(path, {
        method,
        body: JSON.stringify(body),
        headers: { "Content-Type": "application/json", ...headers },
      });
  const post = sendBody("POST");
  let users = 0;
  return {
    api,
    database,
    databases,
    get: (path, headers = {}) => send(path, { headers }),
    post,
    put: sendBody("PUT"),
    delete: (path, headers = {}) => send(path, { method: "DELETE", headers }),
    user: async () => {
      users += 1;
      return (await post("/users", { email: `user-${users}@example.com` })).body.id;
    },
    stop: async () => {
      await database.close();
      await databases.drop();
    },
  };
}
