import { resolve } from "node:path";
import { type Service, services } from "../config/services";
import { serviceVariables } from "../ops/configuration/page";
import { type Declarations, loadServices } from "../ops/program/load-services";

let declared: Declarations;
beforeAll(async () => {
  declared = await loadServices(services, (path) => import(resolve(path)));
});

test("every URL that a service asks unless told otherwise is of a host that its entry names", () => {
  const table: readonly Service[] = services;
  const urls = table.flatMap(({ name, hosts = [] }) => {
    const app = declared.get(name);
    const variables = app === undefined ? [] : serviceVariables(app);
    return variables.flatMap(({ fallback = "" }) => (/^https?:/.test(fallback) ? [{ url: fallback, hosts }] : []));
  });
  expect(urls).not.toEqual([]);
  expect(urls.filter(({ url, hosts }) => !hosts.includes(new URL(url).hostname))).toEqual([]);
});

test("every service's app.ts declares the kind, the description and the uses that the table grants it", () => {
  for (const { name, kind, description, uses } of services) {
    const app = declared.get(name);
    const declaredUses = Object.keys(app?.uses ?? {}).sort();
    const said = { name: app?.name, kind: app?.kind, description: app?.description, uses: declaredUses };
    expect(said).toEqual({ name, kind, description, uses: [...uses].sort() });
  }
});
