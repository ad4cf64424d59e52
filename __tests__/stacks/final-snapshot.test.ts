import { resources } from "./synthesized";

const synthesized = resources();
const clusters = synthesized.filter(({ type }) => type === "aws_rds_cluster");

test("each database cluster names its last snapshot anew, since RDS refuses a name that is taken", () => {
  expect(clusters.length).toBeGreaterThan(0);
  for (const { stack, settings } of clusters) {
    const name = /\$\{terraform_data\.([\w-]+)\.id\}$/.exec(String(settings.final_snapshot_identifier))?.[1];
    const made = synthesized.find(
      (other) => other.stack === stack && other.type === "terraform_data" && other.name === name,
    );
    // What replaces the cluster makes another name: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/rds_cluster
    expect(Object.values(made?.settings.triggers_replace ?? {})).toEqual(
      expect.arrayContaining([settings.cluster_identifier, settings.kms_key_id, settings.db_subnet_group_name]),
    );
  }
});
