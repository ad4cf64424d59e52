import type { ObjectValue, Stack } from "@platform/terraform";
import { scenes } from "../src/pictures";
import { Synthesis } from "../src/synthesis";

/** A stack as somebody else wrote it: other names, other parts, no prefix. */
const shop = (resource: ObjectValue): Stack => ({
  name: "shop",
  folder: "stacks/shop",
  dependencies: [],
  configuration: { resource },
});

/** The titles, each with its detail, of what a picture of the stack shows. */
function shown(resource: ObjectValue, options: Omit<Parameters<typeof scenes>[1], "name"> = {}): readonly string[] {
  const scene = scenes(new Synthesis([shop(resource)]), { name: "shop", ...options }).get("architecture-shop.svg");
  const nodes = scene?.nodes.map(({ title, detail }) => (detail === "" ? title : `${title}: ${detail}`)) ?? [];
  return [...nodes, ...(scene?.boxes.map(({ title }) => title) ?? [])];
}

test("names are shown as they are, but for the prefix and the account's number", () => {
  const resources = {
    aws_sqs_queue: { a: { name: "order-mails" } },
    aws_s3_bucket: { b: { bucket: "shop-photos-111122223333" } },
    aws_lambda_function: { c: { function_name: "shop-send-mails" } },
  };
  expect(shown(resources)).toEqual([
    "order-mails: SQS queue",
    "shop-photos: S3 bucket",
    "shop-send-mails: Lambda",
    "AWS",
  ]);
  expect(shown(resources, { prefix: "shop-" })).toEqual([
    "order-mails: SQS queue",
    "photos: S3 bucket",
    "send-mails: Lambda",
    "AWS",
  ]);
});

test("who deploys is called a pipeline unless somebody says otherwise, and its tokens by who issues them", () => {
  const resources = {
    aws_iam_openid_connect_provider: { hub: { url: "https://token.actions.githubusercontent.com" } },
  };
  expect(shown(resources)).toEqual(["token.actions.githubusercontent.com: OIDC provider", "Pipeline: deploys", "AWS"]);
  expect(shown(resources, { pipeline: "GitHub" })).toContain("GitHub: deploys");
});

test.each([
  [{ engine: "aurora-mysql" }, "Aurora MySQL"],
  [{ engine: "aurora-postgresql" }, "Aurora PostgreSQL"],
  [{ engine: "postgres" }, "RDS PostgreSQL"],
])("a cluster of %j is called %s", (cluster, title) => {
  const titles = shown({
    aws_rds_cluster: { main: cluster },
    aws_rds_cluster_instance: {
      one: {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Terraform's own template
        cluster_identifier: "${aws_rds_cluster.main.id}",
        identifier: "orders-1",
        instance_class: "db.r8g.large",
      },
    },
  });
  expect(titles).toEqual(["orders: db.r8g.large", "AWS", title]);
});

test.each([
  [{ require_tls: true, auth: [{ iam_auth: "REQUIRED" }] }, "RDS Proxy: IAM, TLS only"],
  [{ require_tls: false, default_auth_scheme: "IAM_AUTH" }, "RDS Proxy: IAM"],
  [{ require_tls: true, auth: [{ iam_auth: "DISABLED" }] }, "RDS Proxy: TLS only"],
  [{ auth: [{}] }, "RDS Proxy"],
])("a proxy with %j is %s", (proxy, title) => {
  expect(shown({ aws_db_proxy: { main: proxy } })).toContain(title);
});

test.each([
  ["DNS", "Certificate: renews itself"],
  ["EMAIL", "Certificate: by EMAIL"],
])("a certificate that is validated by %s is %s", (validation_method, title) => {
  expect(shown({ aws_acm_certificate: { main: { validation_method } } })).toContain(title);
});
