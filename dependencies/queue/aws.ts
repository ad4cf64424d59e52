import type { AwsDependency } from "../aws-dependency";

/** ElastiCache, as the user of the service's product. */
export const queue: AwsDependency = (client, { queue }) => queue.grantConnect(client);
