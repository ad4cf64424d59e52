import { join } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { html } from "hono/html";
import swaggerUi from "swagger-ui-dist/absolute-path.js";

export interface ReferenceOptions {
  /** The services that have an OpenAPI document. */
  readonly services: readonly { readonly name: string; readonly path: string }[];
  /** The page's own script and style (page/reference.ts). */
  readonly page: { readonly script: string; readonly style: string };
}

/** What of the package is served. */
const files = ["swagger-ui-bundle.js", "swagger-ui.css"];

/** The API reference of each service by Swagger UI, out of its package: the browser asks nobody else. */
export function createReference({ services, page }: ReferenceOptions): Hono {
  const app = new Hono();
  const root = swaggerUi();
  app.use("*", async (context, next) => {
    await next();
    context.header(
      "content-security-policy",
      "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    context.header("x-content-type-options", "nosniff");
  });
  for (const file of files) app.get(`/files/${file}`, serveStatic({ path: join(root, file) }));
  app.get("/files/reference.js", (context) =>
    context.body(page.script, 200, { "content-type": "text/javascript; charset=utf-8" }),
  );
  app.get("/files/reference.css", (context) =>
    context.body(page.style, 200, { "content-type": "text/css; charset=utf-8" }),
  );
  app.get("/:service", (context) => {
    const service = services.find(({ name }) => name === context.req.param("service"));
    if (service === undefined) return context.text("there is no service of this name\n", 404);
    return context.html(document(service.name, service.path));
  });
  return app;
}

const document = (name: string, path: string) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}: API reference</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/console/reference/files/swagger-ui.css">
<link rel="stylesheet" href="/console/reference/files/reference.css">
<script defer src="/console/reference/files/swagger-ui-bundle.js"></script>
<script type="module" src="/console/reference/files/reference.js"></script>
</head>
<body data-path="${path}">
<nav id="top" aria-label="console"><a href="/#/services/${name}">${name} in the console</a> <span id="follow" role="status"></span></nav>
<main id="reference"></main>
</body>
</html>
`;
