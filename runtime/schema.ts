/**
 * zod in its small form. The rule: what a service loads (runtime/, contracts/, lambda/, worker/) imports zod from here and
 * from nowhere else; tools import "zod". A cold start builds every schema of its modules, which takes half the time that
 * the methods of `zod` itself would cost (make bench ONLY=preferences). Schemas of both forms mix.
 */
import { config } from "zod/mini";
import { en } from "zod/v4/locales";

export * from "zod/mini";

config(en());
