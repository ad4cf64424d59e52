import { readdirSync } from "node:fs";

// Packages that ship ES modules only: jest runs CommonJS, so they are transformed like our own files.
const esModules = [
  "@hono/node-server",
  "@msgpack/msgpack",
  "chokidar",
  "hono",
  "jose",
  "listr2",
  "node-pg-migrate",
  // execa, and what it is made of
  "execa",
  "@sec-ant/readable-stream",
  "@sindresorhus/merge-streams",
  "figures",
  "get-stream",
  "human-signals",
  "is-plain-obj",
  "is-stream",
  "is-unicode-supported",
  "npm-run-path",
  "parse-ms",
  "path-key",
  "pretty-ms",
  "strip-final-newline",
  "unicorn-magic",
  "yoctocolors",
];

// Ours alone: jest would list every file of node_modules before the first test.
const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !/^(\.|(build|cdktf\.out|node_modules)$)/.test(entry.name))
  .map(({ name }) => name);

/** @type {import("jest").Config} */
export default {
  testEnvironment: "node",
  // One PostgreSQL for the run (__tests__/database.ts).
  globalSetup: "<rootDir>/__tests__/global-setup.ts",
  globalTeardown: "<rootDir>/__tests__/global-teardown.ts",
  testSequencer: "<rootDir>/__tests__/slow-first.mjs",
  roots: folders.map((name) => `<rootDir>/${name}`),
  testMatch: ["**/__tests__/**/*.test.ts"],
  // The tools below are run from their sources (docs/adr/0010-two-floors.md).
  testEnvironmentOptions: { customExportConditions: ["@platform/source", "node", "node-addons"] },
  // It exports to an `import` alone.
  moduleNameMapper: { "^unicorn-magic$": "<rootDir>/node_modules/unicorn-magic/node.js" },
  modulePathIgnorePatterns: ["<rootDir>/packages/[^/]+/(dist|node_modules)/"],
  transform: {
    "\\.(css|html)$": "<rootDir>/__tests__/text-transform.cjs",
    "\\.[mc]?[jt]s$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules.join("|")})/)`],
  cacheDirectory: "<rootDir>/.cache/jest",
  // Ends what hangs, on a busy machine too; no test asserts a time.
  testTimeout: 120_000,
  // One more than the pipeline's two cores: many tests wait for processes, locks and clocks.
  maxWorkers: 3,
};
