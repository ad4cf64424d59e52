import { containerPort, ownContainer } from "../compose";
import type { DescribeContainers } from "../container-dependency";
import { importsVariables, standIn } from "./stand-in-program";

/** The stand-in for S3, with its objects in a volume. */
export const imports: DescribeContainers = () => {
  const program = standIn("/data");
  return {
    containers: { [program.name]: { ...ownContainer(program), volumes: [`${program.name}:/data`] } },
    files: { [program.name]: program.entry },
    after: { [program.name]: "service_healthy" },
    variables: () => importsVariables(`http://${program.name}:${containerPort}`),
  };
};
