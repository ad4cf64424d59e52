import type { AwsDependency } from "../aws-dependency";

/** Out to public hosts over HTTPS, through the NAT gateways. */
export const internet: AwsDependency = (client) => client.grantInternet();
