import type { AwsDependency } from "../aws-dependency";

/** The RDS proxy, as the database user of the service's product. */
export const database: AwsDependency = (client, { proxy }) => proxy.grantConnect(client);
