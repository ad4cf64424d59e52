import { aws } from "./aws";
import { type Facts, noFacts } from "./facts";
import { http, nullProvider, random, tls } from "./plain";
import { time } from "./time";

const known: Readonly<Record<string, Facts>> = { aws, http, null: nullProvider, random, time, tls };

/** @param name short name of a provider: aws, random */
export const factsOf = (name: string): Facts => known[name] ?? noFacts;
