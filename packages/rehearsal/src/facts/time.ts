import { type Facts, noFacts, schemaOf, type Template, type Templates, templatesOf, type ValueContext } from "./facts";

/** When everything is made here, so that two rehearsals say the same. */
const made = Date.UTC(2026, 0, 1);

const rfc3339 = (time: number) => new Date(time).toISOString().replace(".000Z", "Z");
const number = (context: ValueContext, attribute: string) => Number(context.attribute(attribute) ?? 0);

/** A time and what is added to it in the units of some arguments: `offset_days`, `rotation_hours`. */
function later(context: ValueContext, from: string, by: string): string {
  const unit = (name: string) => number(context, `${by}_${name}`);
  const date = new Date(String(context.attribute(from)));
  date.setUTCFullYear(date.getUTCFullYear() + unit("years"), date.getUTCMonth() + unit("months"));
  const days = unit("days") * 24 + unit("hours");
  return rfc3339(date.getTime() + (days * 60 + unit("minutes")) * 60_000 + unit("seconds") * 1000);
}

const part =
  (of: (date: Date) => number): Template =>
  (context) =>
    of(new Date(String(context.attribute("rfc3339"))));

const parts: Templates = {
  year: part((date) => date.getUTCFullYear()),
  month: part((date) => date.getUTCMonth() + 1),
  day: part((date) => date.getUTCDate()),
  hour: part((date) => date.getUTCHours()),
  minute: part((date) => date.getUTCMinutes()),
  second: part((date) => date.getUTCSeconds()),
  unix: part((date) => date.getTime() / 1000),
};

/** Changes of these make a resource anew; of the lengths of time they do not. */
const replacing = new Set(["triggers", "base_rfc3339"]);

/** hashicorp/time: https://registry.terraform.io/providers/hashicorp/time/latest/docs */
export const time: Facts = {
  ...noFacts,
  replacement: (type, attribute) =>
    replacing.has(attribute) || (attribute === "rfc3339" && type !== "time_offset") ? "replaces" : "in place",
  schema: schemaOf({
    time_static: "rfc3339",
    time_rotating: "rfc3339 rotation_rfc3339",
    time_offset: "base_rfc3339",
  }),
  resources: templatesOf({
    time_static: { id: "{rfc3339}", rfc3339: rfc3339(made), ...parts },
    time_sleep: { id: rfc3339(made) },
    time_offset: {
      id: "{base_rfc3339}",
      base_rfc3339: rfc3339(made),
      rfc3339: (context) => later(context, "base_rfc3339", "offset"),
      ...parts,
    },
    time_rotating: {
      id: "{rfc3339}",
      rfc3339: rfc3339(made),
      rotation_rfc3339: (context) => later(context, "rfc3339", "rotation"),
      ...parts,
    },
  }),
};
