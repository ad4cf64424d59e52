import { join } from "node:path";
import { freePort } from "../free-port";
import type { SetUpLocally } from "../local-dependency";
import { startRedis } from "./redis";
import { findOrInstallRedis } from "./redis-install";

/** The machine's own redis-server. */
export const queue: SetUpLocally = async ({ folder, keep }) => {
  const port = await freePort();
  const url = { REDIS_URL: `redis://127.0.0.1:${port}` };
  return {
    steps: [
      {
        title: "Redis",
        run: async (say) => {
          await findOrInstallRedis(say);
          const data = join(folder, "redis");
          await keep({ name: "redis", start: (start) => startRedis({ ...start, folder: data, port }) });
          return `127.0.0.1:${port}`;
        },
      },
    ],
    variables: ({ product }) => ({ ...url, REDIS_PREFIX: product }),
    routerVariables: url,
  };
};
