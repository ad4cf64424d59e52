import { Hono } from "hono";

/** Type number and stand-in answer of the records that are asked for (RFC 1035, RFC 3596). */
const records: Readonly<Record<string, { readonly type: number; data(name: string): string }>> = {
  A: { type: 1, data: () => "192.0.2.1" },
  MX: { type: 15, data: (name) => `10 mail.${name}.` },
  AAAA: { type: 28, data: () => "2001:db8::1" },
};

const noError = 0;
const noSuchDomain = 3;

/**
 * A resolver without a network, in the JSON form of DNS over HTTPS that public resolvers speak
 * (https://developers.google.com/speed/public-dns/docs/doh/json). Every domain exists and takes mail, but for names under
 * `.invalid`, which RFC 6761 reserves for names that do not exist, and names under `.test`, which exist and take none.
 */
export function resolver(): Hono {
  const app = new Hono();
  app.get("/health", (context) => context.json({ healthy: true }));
  app.get("/*", (context) => {
    const name = (context.req.query("name") ?? "").replace(/\.$/, "").toLowerCase();
    const asked = (context.req.query("type") ?? "A").toUpperCase();
    const [label, record] =
      Object.entries(records).find(([key, { type }]) => key === asked || String(type) === asked) ?? [];
    if (name === "" || record === undefined)
      return context.json({ error: "name and type (A, AAAA, MX) are needed" }, 400);
    const exists = !/(^|\.)invalid$/.test(name);
    const answers = exists && !(label === "MX" && /(^|\.)test$/.test(name));
    return context.json({
      Status: exists ? noError : noSuchDomain,
      Question: [{ name: `${name}.`, type: record.type }],
      ...(answers && { Answer: [{ name: `${name}.`, type: record.type, TTL: 300, data: record.data(name) }] }),
    });
  });
  return app;
}
