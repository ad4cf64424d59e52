/** The page of one API: Swagger UI on the service's own OpenAPI document. What is tried leads to what became of it. */

export {};

interface Answer {
  readonly headers?: Readonly<Record<string, string>>;
}

interface Options {
  readonly [name: string]: unknown;
  readonly responseInterceptor: (answer: Answer) => Answer;
}

declare global {
  var SwaggerUIBundle: (options: Options) => unknown;
}

const follow = document.getElementById("follow");
const { path } = document.body.dataset;

const dark = matchMedia("(prefers-color-scheme: dark)");
const wear = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", wear);
wear();

interface ApiDocument {
  readonly components?: { readonly securitySchemes?: Readonly<Record<string, { readonly type: string }>> };
}

/** An issuer of elsewhere is not asked from here: its tokens are pasted, like any other. */
function withPastedTokens(api: ApiDocument): ApiDocument {
  const schemes = Object.entries(api.components?.securitySchemes ?? {}).map(([name, scheme]) => [
    name,
    scheme.type === "openIdConnect" ? { type: "http", scheme: "bearer" } : scheme,
  ]);
  return { ...api, components: { ...api.components, securitySchemes: Object.fromEntries(schemes) } };
}

const show = (api: ApiDocument) =>
  SwaggerUIBundle({
    dom_id: "#reference",
    spec: withPastedTokens(api),
    deepLinking: true,
    tryItOutEnabled: true,
    displayRequestDuration: true,
    // It would ask a server of its own makers.
    validatorUrl: null,
    responseInterceptor: (answer) => {
      const id = answer.headers?.["x-request-id"];
      if (id !== undefined && follow !== null) {
        const link = document.createElement("a");
        link.href = `/#/requests/${encodeURIComponent(id)}`;
        link.textContent = `follow the latest request, ${id}`;
        follow.replaceChildren(link);
      }
      return answer;
    },
  });

try {
  show(await (await fetch(`${path}/openapi.json`)).json());
} catch (error) {
  if (follow !== null) follow.textContent = `${path}/openapi.json cannot be read: ${error}`;
}
