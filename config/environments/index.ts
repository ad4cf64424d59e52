import type { Environment } from "../environment";
import { development } from "./development";
import { production } from "./production";
import { staging } from "./staging";

/** In the order in which a change reaches them. */
export const environments: readonly Environment[] = [development, staging, production];
