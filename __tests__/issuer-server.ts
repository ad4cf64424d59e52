import { once } from "node:events";
import { createServer } from "node:http";
import Provider, { type JWKS } from "oidc-provider";

// An OpenID Connect issuer that nobody here wrote (https://github.com/panva/node-oidc-provider), for one test. It ends with
// the test: its channel to jest closes.
const { PORT = "0", KEYS = "", AUDIENCE = "", SCOPES = "", CLIENTS = "" } = process.env;
const keys: JWKS = JSON.parse(KEYS);

const ended = once(process, "disconnect");
const server = createServer().listen(Number(PORT), "127.0.0.1");
await once(server, "listening");
const address = server.address();
const port = typeof address === "object" ? address?.port : undefined;

const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks: keys,
  clients: CLIENTS.split(",").map((client_id) => ({
    client_id,
    client_secret: `${client_id}-secret`,
    grant_types: ["client_credentials"],
    redirect_uris: [],
    response_types: [],
  })),
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_context, resource) => ({
        scope: SCOPES,
        audience: resource,
        accessTokenFormat: "jwt",
        accessTokenTTL: 600,
        jwt: { sign: { alg: "ES256" } },
      }),
    },
  },
});

// A person's token, as the provider writes it at the end of a login: ?client=...&sub=...&scope=...
const oidc = provider.callback();
server.on("request", async (request, response) => {
  const url = new URL(request.url ?? "", `http://127.0.0.1:${port}`);
  if (url.pathname !== "/token-of-a-person") return oidc(request, response);
  const client = await provider.Client.find(url.searchParams.get("client") ?? "");
  const accountId = url.searchParams.get("sub") ?? "";
  if (client === undefined) return response.writeHead(404).end();
  const token = new provider.AccessToken({ client, accountId, grantId: "grant", gty: "authorization_code" });
  token.scope = url.searchParams.get("scope") ?? "";
  token.resourceServer = new provider.ResourceServer(AUDIENCE, {
    scope: SCOPES,
    audience: AUDIENCE,
    accessTokenFormat: "jwt",
    accessTokenTTL: 600,
    jwt: { sign: { alg: "ES256" } },
  });
  response.end(await token.save());
});
process.send?.(port);
await ended;
server.closeAllConnections();
server.close();
