import { ImportsBucket } from "../../constructs/imports-bucket";
import type { AwsDependency } from "../aws-dependency";

/** The bucket of large files, which the function alone reads and which calls it for each new file. */
export const imports: AwsDependency = (reader, { stack, accessLogs, endpoints, key }) => {
  new ImportsBucket(stack, "imports", { accessLogs, endpoints, key, reader });
};
