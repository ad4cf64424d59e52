import type { AwsDependency } from "../aws-dependency";

/** The secret that signs and checks tokens, which the service reads itself. */
export const jwt: AwsDependency = (client, { tokenKey }) => tokenKey.grantRead(client);
