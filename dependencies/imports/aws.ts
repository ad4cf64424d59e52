import { ImportsBucket } from "../../constructs/imports-bucket";
import { ServiceFunction } from "../../constructs/service-function";
import type { AwsDependency } from "../aws-dependency";

/** The bucket of large files, which the function alone reads, and the queue that starts it for each new file. */
export const imports: AwsDependency = (reader, { accessLogs, endpoints, key }) => {
  if (!(reader instanceof ServiceFunction) || accessLogs === undefined) {
    throw new Error(`services(${reader.service}).kind must be events to use imports: its queue starts a function`);
  }
  // Constructs leaves this id out of names: the bucket keeps the address that it had before a function was called like it.
  new ImportsBucket(reader, "Default", { accessLogs, endpoints, key, reader });
};
