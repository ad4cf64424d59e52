import type { Environment } from "../../config/environment";
import { environments } from "../../config/environments";
import { deployedFunctions, deployedWorkers, type Service } from "../../config/service";
import { services } from "../../config/services";
import { pipelineRoles } from "../../permissions/roles";
import { metricsNamespace } from "../../runtime/metrics";
import { drain } from "../../worker/loyalty/consumer";
import { exampleProduction, exampleServices } from "../platform-fixture";
import { type Resource, realPlatform, resources, type Settings } from "./synthesized";

/** An environment with a service that uses all that AWS provides: what the real table may be without. */
const example = { ...exampleProduction, name: "example" };

// What Checkov, trivy and AWS Foundational Security Best Practices look for, as sentences: of the real platform, and of the example.
const all = [...resources(realPlatform), ...resources({ environments: [example] })];
const everywhere = [...environments, example];
const accounts = everywhere.map(({ account }) => account);
const of = (type: string) => {
  const found = all.filter((resource) => resource.type === type);
  if (found.length === 0) throw new Error(`no ${type} is synthesized`);
  return found;
};
const settings = (type: string) => of(type).map((resource) => resource.settings);
const where = ({ stack, path }: Resource) => `${stack}/${path}`;
const block = (value: unknown): Settings => {
  const found = Array.isArray(value) ? value[0] : value;
  return typeof found === "object" && found !== null ? found : {};
};
const without = (found: readonly Resource[], holds: (given: Settings) => boolean) =>
  found.filter((resource) => !holds(resource.settings)).map(where);
const reference = expect.stringMatching(/^\$\{.+\}$/);

interface PolicyStatement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Principal?: unknown;
  readonly Condition?: Record<string, Record<string, string>>;
}
const statements = (document: unknown): PolicyStatement[] => JSON.parse(String(document)).Statement;
const refusesPlainHttp = (document: unknown) =>
  statements(document).some(
    ({ Effect, Condition }) => Effect === "Deny" && Condition?.Bool?.["aws:SecureTransport"] === "false",
  );

describe("a function", () => {
  test("is traced by X-Ray", () => {
    expect(without(of("aws_lambda_function"), (given) => block(given.tracing_config).mode === "Active")).toEqual([]);
  });

  test("keeps what it failed on in a dead-letter queue", () => {
    expect(
      without(of("aws_lambda_function"), (given) => block(given.dead_letter_config).target_arn !== undefined),
    ).toEqual([]);
  });

  test("has a concurrency of its own, outside development", () => {
    const sharing = of("aws_lambda_function").filter(
      ({ settings: given }) => !(Number(given.reserved_concurrent_executions) > 0),
    );
    // A young account has 10 instances and lets nobody reserve any: what is deployed first takes them as they come.
    expect(new Set(sharing.map(({ stack }) => stack))).toEqual(new Set(["development-api"]));
  });

  test("encrypts its environment with a customer-managed key", () => {
    for (const { kms_key_arn } of settings("aws_lambda_function")) expect(kms_key_arn).toEqual(reference);
  });

  test("joins the VPC, in every zone", () => {
    for (const { vpc_config } of settings("aws_lambda_function")) {
      expect(vpc_config).toEqual({ subnet_ids: [reference, reference, reference], security_group_ids: [reference] });
    }
  });

  test("runs a supported runtime on arm64", () => {
    for (const given of settings("aws_lambda_function")) {
      expect(given).toMatchObject({ runtime: "nodejs24.x", architectures: ["arm64"] });
    }
  });

  test("can be called by no principal but the API", () => {
    for (const { principal, source_arn } of settings("aws_lambda_permission")) {
      expect(principal).toBe("apigateway.amazonaws.com");
      expect(source_arn).toEqual(expect.stringContaining("${aws_"));
    }
  });

  test("does not attach interfaces to the VPC from its own code", () => {
    const joins = of("aws_iam_role_policy").filter(({ path }) => path.endsWith("join-vpc"));
    expect(joins).not.toEqual([]);
    for (const { stack, path, settings: given } of joins) {
      const [allowed, denied] = statements(given.policy);
      expect(denied).toMatchObject({ Effect: "Deny", Action: allowed?.Action });
      expect(denied?.Condition?.ArnEquals?.["lambda:SourceFunctionArn"]).toMatch(
        new RegExp(`:function:${stack.replace(/-api$/, "")}-${path.replace("/join-vpc", "")}$`),
      );
    }
  });
});

describe("a queue that starts a function", () => {
  const mappings = of("aws_lambda_event_source_mapping");
  const named = (type: string, stack: string, text: unknown) =>
    of(type).find((one) => one.stack === stack && String(text).includes(`${type}.${one.name}.`));

  test("is there for each service that works on events, in every environment", () => {
    const wanted = everywhere.flatMap(({ name }) =>
      (name === example.name ? exampleServices : services).flatMap((service) =>
        service.kind === "events" ? [`${name}-api ${name}-${service.name}`] : [],
      ),
    );
    const found = mappings.map(
      ({ stack, settings: { event_source_arn } }) =>
        `${stack} ${named("aws_sqs_queue", stack, event_source_arn)?.settings.name}`,
    );
    expect(wanted).not.toEqual([]);
    expect(found.sort()).toEqual(wanted.sort());
  });

  test("starts the alias, with one message, as often at once as the function has instances", () => {
    for (const { stack, settings: given } of mappings) {
      const alias = named("aws_lambda_alias", stack, given.function_name);
      const fn = named("aws_lambda_function", stack, alias?.settings.function_name);
      expect(alias?.settings.name).toBe("live");
      expect(given.batch_size).toBe(1);
      const most = Number(Reflect.get(Object(given.scaling_config), "maximum_concurrency"));
      expect(most).toBeGreaterThanOrEqual(2);
      expect(most).toBeLessThanOrEqual(Number(fn?.settings.reserved_concurrent_executions ?? 1_000));
    }
  });

  test("hides a message for six times the function's time, and gives it up after five deliveries", () => {
    for (const { stack, settings: given } of mappings) {
      const queue = named("aws_sqs_queue", stack, given.event_source_arn)?.settings;
      const alias = named("aws_lambda_alias", stack, given.function_name);
      const fn = named("aws_lambda_function", stack, alias?.settings.function_name)?.settings;
      expect(queue?.visibility_timeout_seconds).toBe(6 * Number(fn?.timeout));
      const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(String(queue?.redrive_policy));
      expect(maxReceiveCount).toBe(5);
      const dead = named("aws_sqs_queue", stack, deadLetterTargetArn)?.settings;
      expect(dead?.name).toBe(`${queue?.name}-dead-letters`);
      expect(JSON.parse(String(dead?.redrive_allow_policy))).toMatchObject({
        redrivePermission: "byQueue",
        sourceQueueArns: [expect.stringMatching(new RegExp(`:${queue?.name}$`))],
      });
    }
  });

  test("takes messages of one sender's resource in its own account alone", () => {
    for (const { stack, settings: given } of mappings) {
      const queue = named("aws_sqs_queue", stack, given.event_source_arn);
      const policy = of("aws_sqs_queue_policy").find(
        (one) => one.stack === stack && String(one.settings.queue_url).includes(`.${queue?.name}.`),
      );
      const allowed = statements(policy?.settings.policy).filter(({ Effect }) => Effect === "Allow");
      expect(allowed).toEqual([
        expect.objectContaining({
          Principal: { Service: "s3.amazonaws.com" },
          Action: ["sqs:SendMessage"],
          Condition: {
            ArnEquals: { "aws:SourceArn": expect.stringMatching(/^\$\{aws_s3_bucket\./) },
            StringEquals: { "aws:SourceAccount": expect.stringMatching(/^\d{12}$/) },
          },
        }),
      ]);
    }
  });

  test("lets a message make another one, as often as an import has to go on", () => {
    const allowed = of("aws_lambda_function_recursion_config").map(({ stack, settings: { recursive_loop } }) => [
      stack,
      recursive_loop,
    ]);
    expect(allowed).toEqual(mappings.map(({ stack }) => [stack, "Allow"]));
  });

  test("is encrypted with a key that S3 may use for the bucket that tells it", () => {
    const keys = of("aws_kms_key").filter(({ settings: { policy } }) => String(policy).includes("s3.amazonaws.com"));
    const telling = keys.flatMap(({ stack, settings: { policy } }) =>
      statements(policy)
        .filter(({ Principal }) => JSON.stringify(Principal).includes("s3.amazonaws.com"))
        .map(({ Action, Condition }) => ({ stack, Action, Condition })),
    );
    expect(telling.map(({ stack }) => stack).sort()).toEqual(mappings.map(({ stack }) => stack).sort());
    for (const { Action, Condition } of telling) {
      expect(Action).toEqual(["kms:GenerateDataKey*", "kms:Decrypt"]);
      expect(Condition).toMatchObject({
        ArnEquals: { "aws:SourceArn": expect.stringMatching(/^arn:aws:s3:::\w+-imports-\d{12}$/) },
        StringEquals: { "aws:SourceAccount": expect.stringMatching(/^\d{12}$/) },
      });
    }
  });
});

describe("the database", () => {
  test("is encrypted with a customer-managed key", () => {
    for (const given of settings("aws_rds_cluster")) {
      expect(given).toMatchObject({ storage_encrypted: true, kms_key_id: reference });
    }
  });

  test("knows its users by IAM, and its master password from Secrets Manager alone", () => {
    for (const given of settings("aws_rds_cluster")) {
      expect(given).toMatchObject({ iam_database_authentication_enabled: true, manage_master_user_password: true });
      expect(given).not.toHaveProperty("master_password");
    }
  });

  test("refuses connections without TLS", () => {
    for (const { parameter } of settings("aws_rds_cluster_parameter_group")) {
      expect(parameter).toContainEqual({ name: "rds.force_ssl", value: "1" });
    }
  });

  test("is protected from deletion where it holds what matters", () => {
    const unprotected = of("aws_rds_cluster").filter(({ settings: given }) => given.deletion_protection !== true);
    // Development is made and unmade at will; a final snapshot stays even there.
    expect(unprotected.map(({ stack }) => stack)).toEqual(["development-database"]);
    for (const { skip_final_snapshot } of settings("aws_rds_cluster")) expect(skip_final_snapshot).toBe(false);
  });

  test("is backed up for at least a week, with its tags", () => {
    for (const given of settings("aws_rds_cluster")) {
      expect(given.backup_retention_period).toBeGreaterThanOrEqual(7);
      expect(given.copy_tags_to_snapshot).toBe(true);
    }
  });

  test("exports its log", () => {
    for (const given of settings("aws_rds_cluster")) {
      expect(given.enabled_cloudwatch_logs_exports).toEqual(["postgresql"]);
    }
  });

  test("is watched by Performance Insights under a customer-managed key, and by enhanced monitoring", () => {
    for (const given of settings("aws_rds_cluster_instance")) {
      expect(given).toMatchObject({
        performance_insights_enabled: true,
        performance_insights_kms_key_id: reference,
        monitoring_interval: 60,
        monitoring_role_arn: reference,
      });
    }
  });

  test("takes minor upgrades by itself", () => {
    for (const given of settings("aws_rds_cluster_instance")) {
      expect(given.auto_minor_version_upgrade).toBe(true);
    }
  });

  test("has a reader to fail over to in another zone, outside development", () => {
    const instances = of("aws_rds_cluster_instance").map(({ stack }) => stack);
    const alone = of("aws_rds_cluster").filter(({ stack }) => instances.filter((other) => other === stack).length < 2);
    expect(alone.map(({ stack }) => stack)).toEqual(["development-database"]);
  });

  test("has no public address", () => {
    for (const given of settings("aws_rds_cluster_instance")) expect(given.publicly_accessible).toBe(false);
  });

  test("is shared by a proxy that requires TLS and IAM, and leaves connections to others", () => {
    for (const given of settings("aws_db_proxy")) {
      expect(given).toMatchObject({ require_tls: true, default_auth_scheme: "IAM_AUTH", debug_logging: false });
      expect(given).not.toHaveProperty("auth");
    }
    for (const { connection_pool_config } of settings("aws_db_proxy_default_target_group")) {
      expect(block(connection_pool_config).max_connections_percent).toBeLessThan(100);
    }
  });
});

describe("the API", () => {
  test("logs every access as JSON, without address or query", () => {
    for (const { access_log_settings } of settings("aws_api_gateway_stage")) {
      const fields: Record<string, string> = JSON.parse(String(block(access_log_settings).format));
      expect(fields).toMatchObject({ requestId: "$context.requestId", status: "$context.status" });
      expect(Object.values(fields).join()).not.toMatch(/sourceIp|\.path\b|querystring|userAgent/);
    }
  });

  test("writes its errors to a group that is there before the stage, with a key and an end", () => {
    for (const { stack, settings: given } of of("aws_api_gateway_stage")) {
      const group = of("aws_cloudwatch_log_group").find(
        (other) => other.stack === stack && other.path === "http/execution-log",
      );
      expect(group?.settings.name).toMatch(
        /^API-Gateway-Execution-Logs_\$\{aws_api_gateway_rest_api\.\w+\.id\}\/live$/,
      );
      expect(given.depends_on).toEqual([`aws_cloudwatch_log_group.${group?.name}`]);
    }
  });

  test("is traced by X-Ray", () => {
    for (const given of settings("aws_api_gateway_stage")) expect(given.xray_tracing_enabled).toBe(true);
  });

  test("stands behind a firewall with the log4j rule, known attackers, common attacks and a rate limit", () => {
    for (const { rule } of settings("aws_wafv2_web_acl")) {
      const rules = JSON.stringify(rule);
      expect(rules).toContain("AWSManagedRulesKnownBadInputsRuleSet");
      expect(rules).toContain("AWSManagedRulesAmazonIpReputationList");
      expect(rules).toContain("AWSManagedRulesCommonRuleSet");
      expect(rules).toContain('"rate_based_statement":{"aggregate_key_type":"IP"');
    }
    expect(of("aws_wafv2_web_acl_association")).toHaveLength(of("aws_api_gateway_stage").length);
  });

  test("logs what the firewall blocks, without credentials", () => {
    expect(of("aws_wafv2_web_acl_logging_configuration")).toHaveLength(of("aws_wafv2_web_acl").length);
    for (const { redacted_fields } of settings("aws_wafv2_web_acl_logging_configuration")) {
      expect(redacted_fields).toEqual([
        { single_header: { name: "authorization" } },
        { single_header: { name: "cookie" } },
      ]);
    }
  });

  test("speaks TLS 1.2 under its own domain, and nowhere else", () => {
    for (const given of settings("aws_api_gateway_domain_name")) expect(given.security_policy).toBe("TLS_1_2");
    for (const given of settings("aws_api_gateway_rest_api")) expect(given.disable_execute_api_endpoint).toBe(true);
  });

  test("is throttled, and never logs bodies", () => {
    for (const given of settings("aws_api_gateway_method_settings")) {
      expect(given.settings).toMatchObject({ data_trace_enabled: false, metrics_enabled: true });
      expect(block(given.settings).throttling_rate_limit).toBeGreaterThan(0);
      expect(block(given.settings).throttling_burst_limit).toBeGreaterThan(0);
    }
  });

  test("replaces a deployment or certificate by making the new one first", () => {
    for (const type of ["aws_api_gateway_deployment", "aws_acm_certificate"]) {
      expect(without(of(type), (given) => block(given.lifecycle).create_before_destroy === true)).toEqual([]);
    }
  });
});

describe("a bucket", () => {
  const buckets = of("aws_s3_bucket");
  const companions = (type: string) =>
    new Set(of(type).map(({ stack, path }) => `${stack}/${path.split("/").slice(0, -1).join("/")}`));
  const lacking = (type: string) => {
    const having = companions(type);
    return buckets
      .map(({ stack, path }) => `${stack}/${path.split("/").slice(0, -1).join("/")}`)
      .filter((name) => !having.has(name));
  };

  test("blocks public access in all four ways", () => {
    expect(lacking("aws_s3_bucket_public_access_block")).toEqual([]);
    for (const given of settings("aws_s3_bucket_public_access_block")) {
      expect(given).toMatchObject({
        block_public_acls: true,
        block_public_policy: true,
        ignore_public_acls: true,
        restrict_public_buckets: true,
      });
    }
  });

  test("is encrypted with a customer-managed key, unless S3 writes its access logs there", () => {
    expect(lacking("aws_s3_bucket_server_side_encryption_configuration")).toEqual([]);
    const plain = without(of("aws_s3_bucket_server_side_encryption_configuration"), (given) =>
      JSON.stringify(given.rule).includes('"sse_algorithm":"aws:kms"'),
    );
    // S3 can write access logs only with its own key.
    expect(plain.filter((path) => !path.includes("access-logs"))).toEqual([]);
  });

  test("keeps earlier versions", () => {
    expect(lacking("aws_s3_bucket_versioning")).toEqual([]);
    for (const { versioning_configuration } of settings("aws_s3_bucket_versioning")) {
      expect(versioning_configuration).toEqual({ status: "Enabled" });
    }
  });

  test("refuses plain HTTP", () => {
    expect(lacking("aws_s3_bucket_policy")).toEqual([]);
    expect(without(of("aws_s3_bucket_policy"), ({ policy }) => refusesPlainHttp(policy))).toEqual([]);
  });

  test("has an access log, unless it holds access logs", () => {
    expect(lacking("aws_s3_bucket_logging").filter((name) => !name.includes("access-logs"))).toEqual([]);
  });

  test("gives up abandoned uploads", () => {
    expect(lacking("aws_s3_bucket_lifecycle_configuration")).toEqual([]);
    expect(
      without(of("aws_s3_bucket_lifecycle_configuration"), ({ rule }) =>
        JSON.stringify(rule).includes('"abort_incomplete_multipart_upload":[{"days_after_initiation":7}]'),
      ),
    ).toEqual([]);
  });

  test("keeps no delete marker of what is gone", () => {
    const expiring = /"(days|expired_object_delete_marker)":/;
    expect(
      without(of("aws_s3_bucket_lifecycle_configuration"), ({ rule }) => expiring.test(JSON.stringify(rule))),
    ).toEqual([]);
  });

  test("of imports is read by its function alone, through the gateway endpoint alone", () => {
    const policies = of("aws_s3_bucket_policy").filter(({ path }) => /^[^/]+\/Default\/bucket\//.test(path));
    expect(policies).toHaveLength(buckets.filter(({ path }) => /^[^/]+\/Default\/bucket\/bucket$/.test(path)).length);
    expect(policies.map(({ stack }) => stack)).toContain("example-api");
    for (const { settings: given } of policies) {
      const denials = statements(given.policy).filter(({ Effect }) => Effect === "Deny");
      expect(denials).toContainEqual(
        expect.objectContaining({
          Principal: "*",
          Action: ["s3:GetObject*"],
          Condition: { ArnNotEquals: { "aws:PrincipalArn": reference } },
        }),
      );
      expect(denials).toContainEqual(
        expect.objectContaining({ Condition: { StringNotEquals: { "aws:SourceVpce": reference } } }),
      );
    }
  });
});

describe("a log group", () => {
  test("is encrypted with a customer-managed key", () => {
    for (const { kms_key_id } of settings("aws_cloudwatch_log_group")) expect(kms_key_id).toEqual(reference);
  });

  test("keeps a year at least", () => {
    for (const { retention_in_days } of settings("aws_cloudwatch_log_group")) {
      expect(retention_in_days).toBeGreaterThanOrEqual(365);
    }
  });
});

describe("a key", () => {
  test("rotates", () => {
    for (const given of settings("aws_kms_key")) expect(given.enable_key_rotation).toBe(true);
  });

  test("says who may use it: this account, and services on its behalf", () => {
    const unconditional = new Set<string>();
    for (const { policy } of settings("aws_kms_key")) {
      for (const { Principal, Condition } of statements(policy)) {
        expect(Principal).not.toBe("*");
        if (Condition === undefined) unconditional.add(JSON.stringify(Principal));
      }
    }
    // EventBridge publishes without a condition key: constructs/security-findings.ts.
    expect([...unconditional].filter((principal) => principal.includes('"Service"'))).toEqual([
      '{"Service":"events.amazonaws.com"}',
    ]);
  });
});

describe("the lock table", () => {
  test("can be restored to any second, and is encrypted with a customer-managed key", () => {
    for (const given of settings("aws_dynamodb_table")) {
      expect(given).toMatchObject({
        point_in_time_recovery: { enabled: true },
        server_side_encryption: { enabled: true, kms_key_arn: reference },
        deletion_protection_enabled: true,
      });
    }
  });
});

describe("a security group", () => {
  const rules = [...of("aws_vpc_security_group_ingress_rule"), ...of("aws_vpc_security_group_egress_rule")];

  test("describes every rule", () => {
    expect(
      without(rules, ({ description }) => /^[a-z0-9-]+: (in on|out to) port \d+$/.test(String(description))),
    ).toEqual([]);
  });

  test("lets nobody in by address", () => {
    for (const given of settings("aws_vpc_security_group_ingress_rule")) {
      expect(given).toMatchObject({ referenced_security_group_id: reference });
      expect(given).not.toHaveProperty("cidr_ipv4");
    }
  });

  test("opens one TCP port a rule", () => {
    for (const { settings: given } of rules) {
      expect(given.ip_protocol).toBe("tcp");
      expect(given.from_port).toBe(given.to_port);
    }
  });

  test("lets only functions that call public hosts, and workers for their images, out to every address, over HTTPS", () => {
    const open = of("aws_vpc_security_group_egress_rule").filter(
      ({ settings: given }) => given.cidr_ipv4 !== undefined,
    );
    const callers = [...environments.map((real) => [real, services] as const), [example, exampleServices] as const];
    const allowed = callers.flatMap(([{ name: environment }, table]) => [
      ...deployedFunctions(table)
        .filter(({ uses }) => uses.includes("internet"))
        .map(({ name }) => `${environment}-api/${name}/internet-egress`),
      ...deployedWorkers(table).map(({ name }) => `${environment}-workers/${name}/internet-egress`),
    ]);
    expect(open.map(where).sort()).toEqual(allowed.sort());
    expect(without(open, ({ from_port, to_port }) => from_port === 443 && to_port === 443)).toEqual([]);
  });

  test("carries no rule of its own that its construct does not show", () => {
    for (const given of settings("aws_security_group")) {
      expect(given).not.toHaveProperty("ingress");
      expect(given).not.toHaveProperty("egress");
    }
  });
});

describe("the database's security group", () => {
  test("lets in the proxy and the migration job alone", () => {
    const peers = of("aws_vpc_security_group_ingress_rule")
      .filter(({ settings: given }) => String(given.security_group_id).includes("aws_security_group.cluster_group"))
      .map(({ stack, path }) => `${stack}/${path}`);
    expect(peers.sort()).toEqual(
      everywhere
        .flatMap(({ name }) => [
          `${name}-database/migrations/database-ingress`,
          `${name}-database/proxy/database-ingress`,
        ])
        .sort(),
    );
  });
});

describe("the VPC", () => {
  test("logs every flow", () => {
    expect(of("aws_flow_log")).toHaveLength(of("aws_vpc").length);
    for (const given of settings("aws_flow_log")) expect(given.traffic_type).toBe("ALL");
  });

  test("resolves declared names alone, and logs every query", () => {
    const vpcs = of("aws_vpc").map(({ stack, name }) => `${stack} \${aws_vpc.${name}.id}`);
    const held = (type: string, setting: string) =>
      of(type).map(({ stack, settings: given }) => `${stack} ${given[setting]}`);
    expect(held("aws_route53_resolver_firewall_rule_group_association", "vpc_id")).toEqual(vpcs);
    expect(held("aws_route53_resolver_query_log_config_association", "resource_id")).toEqual(vpcs);
    const others = of("aws_route53_resolver_firewall_rule").filter(({ path }) => path.endsWith("/others"));
    expect(others).toHaveLength(vpcs.length);
    for (const { settings: given } of others) expect(given.action).toBe("BLOCK");
    for (const { destination_arn } of settings("aws_route53_resolver_query_log_config")) {
      expect(destination_arn).toEqual(expect.stringMatching(/^\$\{aws_cloudwatch_log_group\..+\.arn\}$/));
    }
  });

  test("closes its default group and its default ACL", () => {
    expect(of("aws_default_security_group")).toHaveLength(of("aws_vpc").length);
    expect(of("aws_default_network_acl")).toHaveLength(of("aws_vpc").length);
    for (const given of [...settings("aws_default_security_group"), ...settings("aws_default_network_acl")]) {
      expect(given).not.toHaveProperty("ingress");
      expect(given).not.toHaveProperty("egress");
    }
  });

  test("leads out of the isolated subnets by no route", () => {
    const isolated = of("aws_route").filter(({ settings: given }) => String(given.route_table_id).includes("isolated"));
    expect(isolated).toEqual([]);
  });

  test("answers remote desktop and SSH from nowhere", () => {
    for (const { settings: given } of of("aws_network_acl")) {
      const entries = Array.isArray(given.ingress) ? given.ingress : [];
      const passes = (port: number) =>
        entries
          .filter((entry) => entry.cidr_block === "0.0.0.0/0" && entry.from_port <= port && port <= entry.to_port)
          .sort((a, b) => a.rule_no - b.rule_no)[0]?.action === "allow";
      expect([22, 3_389].filter(passes)).toEqual([]);
    }
  });

  test("reaches S3 and DynamoDB through gateways with a policy", () => {
    const gateways = of("aws_vpc_endpoint").filter(({ settings: given }) => given.vpc_endpoint_type === "Gateway");
    expect(gateways).toHaveLength(2 * of("aws_vpc").length);
    for (const { settings: given } of gateways) {
      expect(statements(given.policy).some(({ Condition }) => Condition?.StringEquals !== undefined)).toBe(true);
    }
  });
});

describe("the migration job", () => {
  test("is encrypted with a customer-managed key, logs, and runs without privileges", () => {
    for (const given of settings("aws_codebuild_project")) {
      expect(given.encryption_key).toEqual(reference);
      expect(block(block(given.logs_config).cloudwatch_logs).status).toBe("ENABLED");
      expect(block(given.environment).privileged_mode).toBe(false);
    }
  });

  test("runs in the private subnets, one build at a time", () => {
    for (const given of settings("aws_codebuild_project")) {
      expect(given.concurrent_build_limit).toBe(1);
      expect(block(given.vpc_config).subnets).toHaveLength(3);
    }
  });

  test("is given its secret's name, never a secret", () => {
    for (const given of settings("aws_codebuild_project")) {
      const variables = block(given.environment).environment_variable;
      expect(JSON.stringify(variables)).toContain("MASTER_SECRET_ARN");
      expect(JSON.stringify(variables)).not.toMatch(/password/i);
    }
  });
});

describe("alarms", () => {
  test("go to an encrypted topic that CloudWatch of this account publishes to", () => {
    for (const given of settings("aws_sns_topic")) expect(given.kms_master_key_id).toEqual(reference);
    for (const { stack, settings: given } of of("aws_sns_topic_policy")) {
      const { policy } = given;
      expect(refusesPlainHttp(policy)).toBe(true);
      if (stack === "state") continue;
      expect(statements(policy)[0]).toMatchObject({ Principal: { Service: "cloudwatch.amazonaws.com" } });
      expect(accounts).toContain(statements(policy)[0]?.Condition?.StringEquals?.["aws:SourceAccount"]);
    }
  });

  test("cover the API, its functions, the database and the proxy, the queue and the workers", () => {
    const names = of("aws_cloudwatch_metric_alarm")
      .filter(({ stack }) => stack.startsWith("example-"))
      .map(({ settings: given }) => given.alarm_name);
    expect(names.sort()).toEqual(
      [
        "api-5xx",
        "api-errors-30m",
        "api-errors-360m",
        "api-errors-5m",
        "api-errors-60m",
        "api-p99-latency",
        "backup-missing",
        "blocked-names",
        "database-borrow-latency",
        "database-capacity",
        "database-connections",
        "database-cpu",
        "database-memory",
        "database-replica-lag",
        "intake-imports-failed",
        "intake-imports-waiting",
        ...["catalogue", "checkout", "intake"].flatMap((name) =>
          ["concurrency", "dead-letters", "errors", "failures", "throttles"].map((alarm) => `${name}-${alarm}`),
        ),
        ...["connections", "cpu", "evictions", "memory", "replication-lag"].flatMap((alarm) => [
          `queue-${alarm}-1`,
          `queue-${alarm}-2`,
        ]),
        "shipping-dead-letters",
        "shipping-oldest-unawarded",
        "shipping-tasks",
      ]
        .sort()
        .map((name) => `example-${name}`),
    );
  });

  test("cover every function", () => {
    const names = new Set(settings("aws_cloudwatch_metric_alarm").map(({ alarm_name }) => alarm_name));
    const wanted = settings("aws_lambda_function").flatMap(({ function_name }) =>
      ["concurrency", "dead-letters", "errors", "failures", "throttles"].map((alarm) => `${function_name}-${alarm}`),
    );
    expect(wanted.filter((name) => !names.has(name))).toEqual([]);
  });

  test("cover every worker: its tasks; where it takes jobs, what it gave up, and what has waited for more than 60 s", () => {
    const alarms = settings("aws_cloudwatch_metric_alarm");
    const found = everywhere.flatMap(({ name: environment }) =>
      deployedWorkers(environment === example.name ? exampleServices : services).flatMap(({ name, uses }) =>
        ["tasks", ...(uses.includes("queue") ? ["dead-letters", "oldest-unawarded"] : [])].map((alarm) =>
          alarms.find(({ alarm_name }) => alarm_name === `${environment}-${name}-${alarm}`),
        ),
      ),
    );
    expect(found).not.toContain(undefined);
    const waiting = found.filter((given) => given?.metric_name === "oldestUnawarded");
    for (const given of waiting) {
      expect(given).toMatchObject({ comparison_operator: "GreaterThanThreshold", threshold: 60 });
    }
  });

  test("of a service's own metrics are of one environment: the service writes its name", () => {
    const own = of("aws_cloudwatch_metric_alarm").filter(({ settings: given }) => given.namespace === metricsNamespace);
    expect(own).not.toEqual([]);
    const environment = ({ stack }: Resource) => stack.split("-")[0];
    for (const alarm of own) {
      expect(block(alarm.settings.dimensions)).toMatchObject({ environment: environment(alarm) });
    }
    for (const fn of of("aws_lambda_function")) {
      expect(block(block(fn.settings.environment).variables)).toMatchObject({ ENVIRONMENT: environment(fn) });
    }
  });

  test("reach somebody in every environment that must not be lost", () => {
    const told = of("aws_sns_topic_subscription").map(({ stack }) => stack);
    const kept = of("aws_rds_cluster").filter(({ settings: given }) => given.deletion_protection === true);
    expect(kept.map(({ stack }) => stack).filter((stack) => !told.includes(stack))).toEqual([]);
  });

  test("all tell somebody, alone or as part of another", () => {
    const composite = settings("aws_cloudwatch_composite_alarm");
    for (const given of composite) expect(given.alarm_actions).toEqual([reference]);
    const partOf = (alarm: Resource) =>
      of("aws_cloudwatch_composite_alarm").some(
        ({ stack, settings: given }) => stack === alarm.stack && String(given.alarm_rule).includes(`.${alarm.name}.`),
      );
    for (const alarm of of("aws_cloudwatch_metric_alarm").filter((alarm) => !partOf(alarm))) {
      expect(alarm.settings.alarm_actions).toEqual([reference]);
    }
  });

  test("of the API's objective go by how fast its error budget burns, over a long and a short window", () => {
    // Google's Site Reliability Workbook, table 5-8, for 99.9 %: 1.44 % of an hour and 5 minutes, 0.6 % of 6 hours and 30 minutes.
    const parts = of("aws_cloudwatch_metric_alarm").filter(
      ({ stack, path }) => stack === "example-api" && path.startsWith("availability/"),
    );
    expect(
      parts.map(({ settings: given }) => [given.metric_name, given.statistic, given.period, given.threshold]).sort(),
    ).toEqual([
      ["5XXError", "Average", 1_800, 0.006],
      ["5XXError", "Average", 21_600, 0.006],
      ["5XXError", "Average", 300, 0.0144],
      ["5XXError", "Average", 3_600, 0.0144],
    ]);
    const composite = of("aws_cloudwatch_composite_alarm").filter(({ stack }) => stack === "example-api");
    expect(composite.map(({ settings: given }) => String(given.alarm_rule).match(/ALARM\(/g)?.length)).toEqual([2, 2]);
  });
});

describe("the queue of jobs", () => {
  const groups = settings("aws_elasticache_replication_group");

  test("speaks TLS alone, and is encrypted with a customer-managed key", () => {
    for (const given of groups) {
      expect(given).toMatchObject({
        transit_encryption_enabled: true,
        transit_encryption_mode: "required",
        at_rest_encryption_enabled: "true",
        kms_key_id: reference,
      });
    }
  });

  test("knows its users by IAM, and holds no password in any state", () => {
    for (const given of groups) {
      expect(given).not.toHaveProperty("auth_token");
      expect(given.user_group_ids).toEqual([reference]);
    }
    for (const given of settings("aws_elasticache_user")) {
      // IAM asks that both are equal: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html#auth-iam-limits
      expect(given.user_name).toBe(given.user_id);
      expect(given).toMatchObject({ engine: "valkey", authentication_mode: { type: "iam" } });
      expect(given).not.toHaveProperty("passwords");
      expect(given).not.toHaveProperty("no_password_required");
    }
  });

  test("lets a user at the keys of its product alone, and at no command that is for everybody's", () => {
    for (const { stack, settings: given } of of("aws_elasticache_user")) {
      const product = String(given.user_id).slice(stack.replace(/queue$/, "").length);
      const rules = String(given.access_string).split(" ");
      expect(rules.filter((rule) => /^[~%&]/.test(rule) && !rule.endsWith(`${product}:*`))).toEqual([]);
      // Every command but those that are named; none of a category, which would grow with the server.
      expect(rules).toContain("-@all");
      expect(
        rules.filter((rule) =>
          /^(\+@|\+(flush|config|keys|scan|acl|debug|function|shutdown|swapdb|replicaof|client\|kill|script\|flush)|all|nopass)/.test(
            rule,
          ),
        ),
      ).toEqual([]);
    }
  });

  test("evicts nothing: BullMQ asks for it", () => {
    for (const { parameter } of settings("aws_elasticache_parameter_group")) {
      expect(parameter).toContainEqual({ name: "maxmemory-policy", value: "noeviction" });
    }
  });

  test("has a replica to fail over to in another zone", () => {
    for (const given of groups) {
      expect(given).toMatchObject({ multi_az_enabled: true, automatic_failover_enabled: true });
      expect(given.num_cache_clusters).toBeGreaterThanOrEqual(2);
    }
  });

  test("is in the isolated subnets, which no route leaves", () => {
    for (const { subnet_ids } of settings("aws_elasticache_subnet_group")) {
      expect(subnet_ids).toEqual(Array(3).fill(expect.stringContaining("subnets_isolated")));
    }
  });

  test("writes its slow commands and what its engine says as JSON", () => {
    for (const { log_delivery_configuration } of groups) {
      expect(log_delivery_configuration).toEqual(
        ["slow-log", "engine-log"].map((log_type) =>
          expect.objectContaining({
            log_type,
            log_format: "json",
            destination_type: "cloudwatch-logs",
            destination: reference,
          }),
        ),
      );
    }
  });

  test("is snapshotted daily, and maintained at another hour than the database", () => {
    const taken = settings("aws_rds_cluster").map((given) => given.preferred_maintenance_window);
    for (const given of groups) {
      expect(given.snapshot_retention_limit).toBeGreaterThanOrEqual(1);
      expect(given.snapshot_window).toMatch(/^\d\d:\d\d-\d\d:\d\d$/);
      expect(taken).not.toContain(given.maintenance_window);
    }
  });

  test("lets in the services that use it alone", () => {
    const peers = of("aws_vpc_security_group_ingress_rule").filter(({ settings: given }) =>
      String(given.security_group_id).includes("aws_security_groupqueue_group"),
    );
    const tables: readonly (readonly [Environment, readonly Service[]])[] = [
      ...environments.map((real) => [real, services] as const),
      [example, exampleServices],
    ];
    const using = tables.flatMap(([{ name: environment }, table]) =>
      table
        .filter(({ uses }) => uses.includes("queue"))
        .map(({ name, kind }) => `${environment}-${kind === "http" ? "api" : "workers"}/${name}/queue-ingress`),
    );
    expect(peers.map(where).sort()).toEqual(using.sort());
  });
});

describe("a worker", () => {
  const containers = of("aws_ecs_task_definition").map(
    ({ settings: given }): Settings => JSON.parse(String(given.container_definitions))[0],
  );

  test("runs on arm64, in the private subnets of every zone, without a public address", () => {
    for (const given of settings("aws_ecs_task_definition")) {
      expect(given).toMatchObject({ network_mode: "awsvpc", runtime_platform: { cpu_architecture: "ARM64" } });
    }
    for (const { network_configuration } of settings("aws_ecs_service")) {
      expect(network_configuration).toEqual({
        assign_public_ip: false,
        security_groups: [reference],
        subnets: Array(3).fill(expect.stringContaining("subnets_private")),
      });
    }
  });

  test("has a read-only root and nothing else to write to, no privilege and no capability, and is nobody's user", () => {
    for (const given of settings("aws_ecs_task_definition")) expect(given).not.toHaveProperty("volume");
    for (const container of containers) {
      expect(container).toMatchObject({
        readonlyRootFilesystem: true,
        user: expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/),
        linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
      });
      expect(JSON.stringify(container)).not.toMatch(/"privileged"|"add"|"tmpfs"|"mountPoints"/);
    }
  });

  test("runs twice at least, spread over the zones, where it must not be lost", () => {
    const kept = environments
      .filter(({ database }) => database.deletionProtection)
      .map(({ name }) => `${name}-workers`);
    const targets = of("aws_appautoscaling_target").filter(({ stack }) => kept.includes(stack));
    for (const { settings: given } of targets) expect(given.min_capacity).toBeGreaterThanOrEqual(2);
    for (const given of settings("aws_ecs_service")) expect(given.availability_zone_rebalancing).toBe("ENABLED");
  });

  test("opens no shell to anybody", () => {
    for (const given of settings("aws_ecs_service")) expect(given.enable_execute_command).toBe(false);
  });

  test("logs to an encrypted group, and works on while the log is away", () => {
    for (const { logConfiguration } of containers) {
      expect(logConfiguration).toMatchObject({
        logDriver: "awslogs",
        options: { "awslogs-group": reference, mode: "non-blocking" },
      });
    }
  });

  test("gets no secret in its definition: it reads what it needs itself", () => {
    for (const container of containers) {
      expect(container).not.toHaveProperty("secrets");
      expect(JSON.stringify(container.environment)).not.toMatch(/password|"JWT_SECRET"/i);
    }
  });

  test("is killed later than it has drained", () => {
    for (const { stopTimeout } of containers) expect(Number(stopTimeout) * 1_000).toBeGreaterThan(drain);
  });

  test("is deployed beside the old one, and rolled back when it does not run or lets things wait", () => {
    for (const given of settings("aws_ecs_service")) {
      expect(given).toMatchObject({
        deployment_minimum_healthy_percent: 100,
        deployment_circuit_breaker: { enable: true, rollback: true },
        alarms: { enable: true, rollback: true, alarm_names: [reference] },
      });
    }
  });

  test("has roles that ECS alone assumes, for this account", () => {
    for (const name of settings("aws_ecs_task_definition").flatMap(({ task_role_arn, execution_role_arn }) => [
      task_role_arn,
      execution_role_arn,
    ])) {
      const role = of("aws_iam_role").find((found) => String(name) === `\${aws_iam_role.${found.name}.arn}`);
      const trust = statements(role?.settings.assume_role_policy);
      expect(trust).toEqual([
        expect.objectContaining({
          Principal: { Service: "ecs-tasks.amazonaws.com" },
          Condition: { StringEquals: { "aws:SourceAccount": accounts[0] } },
        }),
      ]);
    }
  });

  test("keeps its images where the database is protected from deletion", () => {
    const kept = everywhere.filter(({ database }) => database.deletionProtection).map(({ name }) => `${name}-workers`);
    const forced = of("aws_ecr_repository").filter(({ settings: given }) => given.force_delete !== false);
    expect(kept).not.toEqual([]);
    expect(forced.filter(({ stack }) => kept.includes(stack)).map(where)).toEqual([]);
  });

  test("comes from a repository that is encrypted, scanned, bounded, and never writes a tag anew", () => {
    expect(of("aws_ecr_lifecycle_policy")).toHaveLength(of("aws_ecr_repository").length);
    for (const given of settings("aws_ecr_repository")) {
      expect(given).toMatchObject({
        image_tag_mutability: "IMMUTABLE",
        image_scanning_configuration: { scan_on_push: true },
        encryption_configuration: [{ encryption_type: "KMS", kms_key: reference }],
      });
    }
  });
});

describe("the key of tokens", () => {
  test("is encrypted with a customer-managed key, and has no value that Terraform knows", () => {
    for (const given of settings("aws_secretsmanager_secret")) expect(given.kms_key_id).toEqual(reference);
    expect(all.filter(({ type }) => type === "aws_secretsmanager_secret_version")).toEqual([]);
  });
});

describe("a queue of dead letters", () => {
  test("is encrypted with a customer-managed key and refuses plain HTTP", () => {
    for (const given of settings("aws_sqs_queue")) expect(given.kms_master_key_id).toEqual(reference);
    expect(without(of("aws_sqs_queue_policy"), ({ policy }) => refusesPlainHttp(policy))).toEqual([]);
  });
});

describe("an IAM policy", () => {
  /** Actions that know no resource, with the page that says so beside them in their construct. */
  const resourceless =
    /^(ec2:(Describe|CreateNetworkInterface$|DeleteNetworkInterface$|AssignPrivate|UnassignPrivate)|xray:|ecr:GetAuthorizationToken$|tag:GetResources$)/;

  test("names its resources wherever the action knows them", () => {
    for (const { settings: given } of of("aws_iam_role_policy")) {
      for (const { Effect, Action, Resource } of statements(given.policy)) {
        if (Effect === "Allow" && [Resource].flat().includes("*")) {
          expect([Action].flat().filter((action) => !resourceless.test(action))).toEqual([]);
        }
      }
    }
  });

  test("allows no whole service", () => {
    for (const { settings: given } of [...of("aws_iam_role_policy"), ...of("aws_iam_user_policy")]) {
      for (const { Effect, Action } of statements(given.policy)) {
        if (Effect === "Allow") expect([Action].flat().filter((action) => /^(\*|\w+:\*)$/.test(action))).toEqual([]);
      }
    }
  });
});

describe("the account", () => {
  test("records every call in every region, encrypted, with digests", () => {
    for (const given of settings("aws_cloudtrail")) {
      expect(given).toMatchObject({
        is_multi_region_trail: true,
        include_global_service_events: true,
        enable_log_file_validation: true,
        kms_key_id: reference,
      });
    }
  });

  test("is watched by GuardDuty, logins and functions' traffic included, and by Access Analyzer", () => {
    expect(settings("aws_guardduty_detector")).toEqual([expect.objectContaining({ enable: true })]);
    const features = settings("aws_guardduty_detector_feature").map(({ name, status }) => [name, status]);
    expect(features).toContainEqual(["RDS_LOGIN_EVENTS", "ENABLED"]);
    expect(features).toContainEqual(["LAMBDA_NETWORK_LOGS", "ENABLED"]);
    expect(settings("aws_accessanalyzer_analyzer").map(({ type }) => type)).toEqual(["ACCOUNT"]);
  });

  test("tells somebody of findings, and of money before it is spent", () => {
    const told = of("aws_sns_topic_subscription").filter(({ stack }) => stack === "state");
    expect(told).not.toEqual([]);
    const targets = of("aws_cloudwatch_event_target").filter(({ stack }) => stack === "state");
    expect(targets.map(({ settings: given }) => given.arn)).toEqual([reference]);
    const mails = [expect.objectContaining({ type: "EMAIL", address: expect.stringContaining("@") })];
    expect(settings("aws_ce_anomaly_subscription").map(({ subscriber }) => subscriber)).toEqual([mails]);
    for (const { notification } of settings("aws_budgets_budget")) {
      expect(notification).toContainEqual(
        expect.objectContaining({ notification_type: "FORECASTED", subscriber_email_addresses: [expect.any(String)] }),
      );
    }
  });
});

describe("an operator", () => {
  const operated = everywhere.filter(({ operators }) => operators.length > 0).map(({ name }) => name);
  const roles = all.filter(
    ({ type, settings: given }) => type === "aws_iam_role" && /-operator$/.test(String(given.name)),
  );

  test("is somebody by name: a user with a second factor, in a session called like it, or who an identity provider let in", () => {
    expect(operated).toContain("example");
    expect(roles.map(({ settings: given }) => given.name)).toEqual(operated.map((name) => `${name}-operator`));
    const trusting = roles.flatMap(({ settings: given }) => statements(given.assume_role_policy));
    const users = trusting.filter(({ Principal }) => JSON.stringify(Principal).includes(":user/"));
    expect(users).not.toEqual([]);
    for (const { Condition } of users) {
      expect(Condition).toEqual({
        Bool: { "aws:MultiFactorAuthPresent": "true" },
        StringEquals: { "sts:RoleSessionName": "$${aws:username}" },
      });
    }
    for (const { Action, Principal } of trusting) {
      expect(Action).toEqual(["sts:AssumeRole"]);
      expect(JSON.stringify(Principal)).toMatch(/^\{"AWS":\["arn:aws:iam::\d{12}:(user|role)\/[^*]+"\]\}$/);
    }
    for (const { settings: given } of roles) expect(given.max_session_duration).toBe(3_600);
  });

  test("reaches the database through RDS Data API alone, and where nobody operates it answers nobody", () => {
    for (const { stack, settings: given } of of("aws_rds_cluster")) {
      expect([stack, given.enable_http_endpoint]).toEqual([stack, operated.includes(stack.replace(/-database$/, ""))]);
    }
    const secrets = of("aws_secretsmanager_secret").filter(({ settings: given }) =>
      /\/operator$/.test(String(given.name)),
    );
    expect(secrets.map(({ stack }) => stack)).toEqual(operated.map((name) => `${name}-database`));
    for (const { settings: given } of secrets) expect(given.kms_key_id).toEqual(reference);
    const policies = of("aws_iam_policy").filter(({ settings: given }) => /-operator$/.test(String(given.name)));
    for (const { stack, settings: given } of policies) {
      const [environment] = stack.split("-");
      const allowed = statements(given.policy).map(({ Action, Resource }) => [Action, Resource]);
      expect(allowed).toEqual([
        [["rds-data:ExecuteStatement"], [`arn:aws:rds:eu-west-1:111122223333:cluster:${environment}-database`]],
        [
          ["secretsmanager:GetSecretValue"],
          [`arn:aws:secretsmanager:eu-west-1:111122223333:secret:${environment}/operator-??????`],
        ],
        [["kms:Decrypt"], ["arn:aws:kms:eu-west-1:111122223333:key/*"]],
      ]);
    }
  });

  test("is in the account's trail with each statement", () => {
    for (const { advanced_event_selector } of settings("aws_cloudtrail")) {
      expect(JSON.stringify(advanced_event_selector)).toContain('"AWS::RDS::DBCluster"');
      expect(JSON.stringify(advanced_event_selector)).toContain('{"equals":["Management"],"field":"eventCategory"}');
    }
  });
});

describe("the GitLab user", () => {
  test("may assume roles and nothing else, and Terraform never sees its key", () => {
    for (const { policy } of settings("aws_iam_user_policy")) {
      expect(statements(policy).flatMap(({ Action }) => Action)).toEqual(["sts:AssumeRole"]);
    }
    expect(all.filter(({ type }) => type === "aws_iam_access_key")).toEqual([]);
  });

  test("assumes roles that a boundary holds", () => {
    const roles = of("aws_iam_role").filter(({ settings: given }) => /-gitlab-[a-z]+$/.test(String(given.name)));
    expect(roles).toHaveLength(pipelineRoles.length * everywhere.length);
    for (const { settings: given } of roles) expect(given.permissions_boundary).toEqual(reference);
  });
});
