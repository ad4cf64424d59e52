import { resolve } from "node:path";
import { services } from "../config/services";
import { type Declarations, loadServices } from "../ops/program/load-services";

let declared: Declarations;
beforeAll(async () => {
  declared = await loadServices(services, (path) => import(resolve(path)));
});

test("every service's app.ts declares the kind, the description and the uses that the table grants it", () => {
  for (const { name, kind, description, uses } of services) {
    const app = declared.get(name);
    const declaredUses = Object.keys(app?.uses ?? {}).sort();
    const said = { name: app?.name, kind: app?.kind, description: app?.description, uses: declaredUses };
    expect(said).toEqual({ name, kind, description, uses: [...uses].sort() });
  }
});
