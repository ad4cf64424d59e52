import { spawn } from "node:child_process";
import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { once } from "node:events";
import { freePort } from "../dependencies/free-port";

/** A key that the issuer signs with, and that a test can forge with. */
export interface IssuerKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** A new ES256 key. */
export function issuerKey(kid: string): IssuerKey {
  return { kid, ...generateKeyPairSync("ec", { namedCurve: "P-256" }) };
}

export interface Issuer {
  readonly url: string;
  readonly audience: string;
  readonly key: IssuerKey;
  /** The token of a program, by client credentials. */
  clientToken(scope: string, client?: string): Promise<string>;
  /** The token of a person who uses a program. */
  personToken(subject: string, scope: string): Promise<string>;
  /** Ends it; its address then refuses connections. */
  stop(): Promise<void>;
  /** Starts it again at the same address, with another key. */
  restart(key: IssuerKey): Promise<void>;
}

const scopes = "preferences:read preferences:write preferences:admin";
export const clients = ["shop", "office"] as const;

/** Starts an OpenID Connect issuer: oidc-provider, in a process of its own, on a free port. */
export async function startIssuer(audience = "https://api.example.com"): Promise<Issuer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let key = issuerKey("first");
  let stop = await start();

  async function start(): Promise<() => Promise<void>> {
    const jwk = { ...key.privateKey.export({ format: "jwk" }), kid: key.kid, use: "sig", alg: "ES256" };
    const { privateKey: idTokenKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const rsa = { ...idTokenKey.export({ format: "jwk" }), kid: "id-tokens", use: "sig", alg: "RS256" };
    const child = spawn(process.execPath, ["ops/run.mjs", "__tests__/issuer-server.ts"], {
      env: {
        PATH: process.env.PATH,
        PORT: String(port),
        KEYS: JSON.stringify({ keys: [jwk, rsa] }),
        AUDIENCE: audience,
        SCOPES: scopes,
        CLIENTS: clients.join(","),
      },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    const words: string[] = [];
    child.stderr?.on("data", (chunk) => words.push(String(chunk)));
    const ended = once(child, "exit");
    const failed = ended.then(() => Promise.reject(new Error(`the issuer ended: ${words.join("")}`)));
    await Promise.race([once(child, "message"), failed]);
    failed.catch(() => undefined);
    return async () => {
      child.kill("SIGKILL");
      await ended;
    };
  }

  async function asked(request: string, init?: RequestInit): Promise<string> {
    const response = await fetch(request, init);
    const body = await response.text();
    if (!response.ok) throw new Error(`${request} answered ${response.status}: ${body}`);
    return body;
  }

  return {
    url,
    audience,
    get key() {
      return key;
    },
    async clientToken(scope, client = clients[0]) {
      const body = await asked(`${url}/token`, {
        method: "POST",
        headers: { Authorization: `Basic ${Buffer.from(`${client}:${client}-secret`).toString("base64")}` },
        body: new URLSearchParams({ grant_type: "client_credentials", resource: audience, scope }),
      });
      const { access_token: token }: { access_token: string } = JSON.parse(body);
      return token;
    },
    personToken: (subject, scope) =>
      asked(`${url}/token-of-a-person?${new URLSearchParams({ client: clients[0], sub: subject, scope })}`),
    stop: () => stop(),
    async restart(another) {
      await stop();
      key = another;
      stop = await start();
    },
  };
}

/** A part of a token, as JSON in base64url. */
export const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");

/** A token that is put together by hand and signed by ES256 with Node alone, whatever its header says. */
export function forged(header: object, payload: object, privateKey: KeyObject): string {
  const input = `${encoded(header)}.${encoded(payload)}`;
  const signature = createSign("sha256").update(input).sign({ key: privateKey, dsaEncoding: "ieee-p1363" });
  return `${input}.${signature.toString("base64url")}`;
}
