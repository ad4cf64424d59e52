import { readFileSync } from "node:fs";

/**
 * The version of Node that everything runs on that we ship: functions, the migration job, images; and the pipeline's jobs.
 * It stands in .nvmrc, which nvm, fnm and GitLab's setup read too. Its line must be one that Lambda and CodeBuild have.
 * @example "24.21.0"
 */
export const shippedNode = readFileSync(".nvmrc", "utf8").trim();

const major = shippedNode.split(".")[0];

/** The runtime of every function. */
export const lambdaRuntime = `nodejs${major}.x`;

/** What esbuild may write for it. */
export const shippedTarget = `node${major}`;
