import { App } from "cdktf";
import { environments } from "../config/environments";
import { functionBundle } from "../config/names";
import type { HttpService } from "../config/service";
import { platform } from "../stacks/platform";

/** Synthesizes the environments with as many deployed services as the first argument says. */
const services = Array.from(
  { length: Number(process.argv[2]) },
  (_, index): HttpService => ({
    name: `service-${index}`,
    product: "many",
    description: "One of many",
    kind: "http",
    path: `/service-${index}`,
    entry: "lambda/preferences",
    uses: ["database", "internet"],
    hosts: ["suppliers.example.com"],
  }),
);
const app = new App();
platform(app, { environments, services, bundle: () => functionBundle("preferences") });
app.synth();
