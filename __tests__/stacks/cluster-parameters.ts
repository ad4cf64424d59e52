import { exampleEnvironment, exampleServices } from "../platform-fixture";
import { resources } from "./synthesized";

/** The parameters of the cluster's group, by name; those alone that a PostgreSQL outside of RDS has as well. */
export function clusterParameters(): Readonly<Record<string, string>> {
  const [group] = resources({ environments: [exampleEnvironment], services: exampleServices }).filter(
    ({ type }) => type === "aws_rds_cluster_parameter_group",
  );
  const given: unknown = group?.settings.parameter;
  if (!Array.isArray(given)) throw new Error("the cluster has no parameters");
  return Object.fromEntries(
    given.filter(({ name }) => !name.startsWith("rds.")).map(({ name, value }) => [name, value]),
  );
}
