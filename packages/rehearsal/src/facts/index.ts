import { aws } from "./aws";
import { type Facts, noFacts } from "./facts";
import { nullProvider, random, tls } from "./plain";

const known: Readonly<Record<string, Facts>> = { aws, null: nullProvider, random, tls };

/** @param name short name of a provider: aws, random */
export const factsOf = (name: string): Facts => known[name] ?? noFacts;
