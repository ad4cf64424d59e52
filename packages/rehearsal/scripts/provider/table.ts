import { Closure, Unknown } from "../go/values";
import type { Enums } from "./enums";
import { Facts } from "./facts";
import { FrameworkSchema, relateAll } from "./framework-schema";
import type { AttributeNames } from "./names";
import { field, listOf, type Reading } from "./reading";
import { sometimesReplaced } from "./replacement";
import { enumOf, evaluatorOf, resourcesIn } from "./resources";
import { Rules } from "./rules";
import { SdkSchema } from "./sdk-schema";

/** What the provider's source says of every resource type, and what of it was not understood: how often each. */
export async function providerFacts(folder: string, attributes: AttributeNames, enums: Enums) {
  const go = await evaluatorOf(folder, attributes, enums);
  const types = new Map<string, Facts>();
  const failed = new Map<string, string>();
  const unread = new Map<string, number>();
  const reading: Reading = {
    unread: (what) => unread.set(what, (unread.get(what) ?? 0) + 1),
  };
  const rules = new Rules(go, reading, (type) => enumOf(go, enums, type));
  const sdk = new SdkSchema(go, reading, rules);
  const framework = new FrameworkSchema(reading, rules);
  const resources = resourcesIn(
    go,
    folder,
    (type) => attributes.reads(type),
    (type, why) => failed.set(type, why),
  );
  for (const { type, schema, own, regional } of resources) {
    const facts = new Facts(own !== undefined);
    types.set(type, facts);
    if (own === undefined) {
      sdk.read(schema, facts);
      for (const path of sometimesReplaced(go, field(schema, "CustomizeDiff"))) facts.sometimes.add(path);
    } else {
      framework.read(schema, facts);
      for (const path of sometimesReplaced(go, go.member(own, "ModifyPlan"))) facts.sometimes.add(path);
      const validators = go.member(own, "ConfigValidators");
      if (validators instanceof Closure) relateAll(listOf(go.apply(validators, [new Unknown("context")])), facts);
    }
    facts.keepShort();
    // The provider adds `region` itself, and replaces what moves to another one: forceNewIfRegionChanges.
    if (regional) {
      facts.computed.add("region");
      facts.replaces.add("region");
    }
  }
  return { types, unread, failed };
}
