import { healthcheck } from "../compose";
import type { DescribeContainers } from "../container-dependency";

/** Redis's own image; it keeps the queue over a restart, and evicts no job. */
export const queue: DescribeContainers = () => {
  const url = { REDIS_URL: "redis://redis:6379" };
  return {
    containers: {
      redis: {
        image: "redis:7.4.2-bookworm",
        command: ["redis-server", "--appendonly", "yes", "--maxmemory-policy", "noeviction"],
        healthcheck: healthcheck(["CMD", "redis-cli", "ping"]),
        volumes: ["redis:/data"],
        restart: "unless-stopped",
      },
    },
    files: {},
    after: { redis: "service_healthy" },
    variables: ({ product }) => ({ ...url, REDIS_PREFIX: product }),
    routerVariables: url,
  };
};
