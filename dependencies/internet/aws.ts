import type { AwsDependency } from "../aws-dependency";
import { hostsVariable } from "./variables";

/** Out to the public hosts that the entry names, over HTTPS, through the NAT gateways. */
export const internet: AwsDependency = (client, { hosts = [] }) => {
  client.grantInternet();
  client.setVariables(hostsVariable(hosts));
};
