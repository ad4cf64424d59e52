import { containerPort, ownContainer } from "../compose";
import type { DescribeContainers } from "../container-dependency";
import { internetVariables, standIn } from "./stand-in-program";

/** The stand-in for the public resolver. */
export const internet: DescribeContainers = () => ({
  containers: { [standIn.name]: ownContainer(standIn) },
  files: { [standIn.name]: standIn.entry },
  after: { [standIn.name]: "service_healthy" },
  variables: (service) => internetVariables(`http://${standIn.name}:${containerPort}`, service),
});
