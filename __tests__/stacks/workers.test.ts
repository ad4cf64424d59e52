import type { Environment, WorkerSettings } from "../../config/environment";
import type { Service } from "../../config/service";
import { exampleEnvironment } from "../platform-fixture";
import { resources, type Settings } from "./synthesized";

const packing: Service = {
  name: "packing",
  product: "shop",
  description: "Packs what was ordered",
  kind: "worker",
  entry: "worker/packing",
  uses: ["database", "queue", "internet", "jwt"],
  hosts: ["carriers.example.com", "labels.example.com"],
  variables: { CONCURRENCY: "20" },
};
const sweeping: Service = { ...packing, name: "sweeping", entry: "worker/sweeping", uses: ["database"], variables: {} };

const synthesized = (workers: Partial<WorkerSettings> = {}, services: readonly Service[] = [packing, sweeping]) => {
  const environment: Environment = {
    ...exampleEnvironment,
    workers: { ...exampleEnvironment.workers, services: { packing: workers } },
  };
  const all = resources({ environments: [environment], services });
  return all.filter(({ stack }) => stack === "development-workers");
};
const found = synthesized();
const of = (type: string, of = found) => of.filter((resource) => resource.type === type);
const settingsOf = (service: string, type: string, all = found) =>
  of(type, all).find(({ path }) => path.startsWith(`${service}/`))?.settings ?? {};
const container = (service: string, all = found): Settings =>
  JSON.parse(String(settingsOf(service, "aws_ecs_task_definition", all).container_definitions))[0];

test("an entry of kind worker becomes a service with all that belongs to it, and no function", () => {
  expect(of("aws_ecs_cluster").map(({ settings }) => settings.name)).toEqual(["development"]);
  expect(settingsOf("packing", "aws_ecs_service").name).toBe("development-packing");
  expect(settingsOf("packing", "aws_ecs_task_definition").family).toBe("development-packing");
  expect(settingsOf("packing", "aws_ecr_repository").name).toBe("development-packing");
  expect(settingsOf("packing", "aws_cloudwatch_log_group").name).toBe("/aws/ecs/development-packing");
  expect(container("packing").name).toBe("packing");
  expect(
    of("aws_iam_role")
      .map(({ settings }) => settings.name)
      .sort(),
  ).toEqual([
    "development-packing",
    "development-packing-execution",
    "development-sweeping",
    "development-sweeping-execution",
  ]);
  expect(of("aws_lambda_function")).toEqual([]);
});

test("the first deployment has no task and names an image that nobody has; what the pipeline brings afterwards is no drift", () => {
  expect(settingsOf("packing", "aws_ecs_service")).toMatchObject({
    desired_count: 0,
    lifecycle: { ignore_changes: ["task_definition", "desired_count"] },
  });
  expect(container("packing").image).toMatch(/^\$\{aws_ecr_repository\..+\.repository_url\}:bootstrap$/);
});

test("size and stop timeout are the environment's; a worker gets the variables of its entry and of what it uses", () => {
  const larger = synthesized({ cpu: 1_024, memory: 2_048, connections: 9, stopTimeout: 60 });
  expect(settingsOf("packing", "aws_ecs_task_definition", larger)).toMatchObject({ cpu: "1024", memory: "2048" });
  const { environment, stopTimeout } = container("packing", larger);
  expect(stopTimeout).toBe(60);
  expect(environment).toEqual(
    expect.arrayContaining([
      { name: "CONCURRENCY", value: "20" },
      { name: "INTERNET_HOSTS", value: "carriers.example.com,labels.example.com" },
      { name: "DATABASE_POOL_SIZE", value: "9" },
      { name: "REDIS_PREFIX", value: "shop" },
      { name: "JWT_SECRET_ID", value: expect.stringMatching(/^\$\{.+aws_secretsmanager_secret.+\}$/) },
    ]),
  );
});

test("a task may do what its entry says that it uses, and no more; starting it is another role's", () => {
  const policies = of("aws_iam_role_policy").map(({ path }) => path);
  expect(policies.filter((path) => path.startsWith("packing/")).sort()).toEqual([
    "packing/connect-to-database",
    "packing/connect-to-queue",
    "packing/execution/start",
    "packing/read-token-key",
  ]);
  expect(policies.filter((path) => path.startsWith("sweeping/")).sort()).toEqual([
    "sweeping/connect-to-database",
    "sweeping/execution/start",
  ]);
});

test("a task reaches the database, the queue, AWS's endpoints, and HTTPS for its image", () => {
  const egress = of("aws_vpc_security_group_egress_rule").filter(({ path }) => path.startsWith("packing/"));
  expect(egress.map(({ path, settings }) => [path, settings.from_port]).sort()).toEqual([
    ["packing/database-egress", 5432],
    ["packing/endpoints-egress", 443],
    ["packing/internet-egress", 443],
    ["packing/queue-egress", 6379],
    ["packing/s3-egress", 443],
  ]);
});

test("the layers of images come through the gateway endpoint, whose policy names ECR's own bucket alone beside those of builds", () => {
  const network = resources({ environments: [exampleEnvironment], services: [packing] });
  const s3 = network.find(({ type, path }) => type === "aws_vpc_endpoint" && path === "endpoints/s3");
  const statements = JSON.parse(String(s3?.settings.policy)).Statement;
  expect(statements.find(({ Sid }: { Sid: string }) => Sid === "Images")).toMatchObject({
    Action: ["s3:GetObject"],
    // https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
    Resource: expect.arrayContaining(["arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"]),
  });
});

test("tasks follow the backlog of one of them: the mean of all samples, by how many there are", () => {
  const scaled = synthesized({ minTasks: 2, maxTasks: 7, backlogPerTask: 300 });
  expect(settingsOf("packing", "aws_appautoscaling_target", scaled)).toMatchObject({
    min_capacity: 2,
    max_capacity: 7,
    scalable_dimension: "ecs:service:DesiredCount",
    resource_id: expect.stringMatching(/^service\/\$\{aws_ecs_cluster\.cluster\.name\}\/development-packing$/),
  });
  const { target_tracking_scaling_policy_configuration: tracking } = settingsOf(
    "packing",
    "aws_appautoscaling_policy",
    scaled,
  );
  const metric = {
    namespace: "platform",
    metric_name: "backlog",
    dimensions: [
      { name: "environment", value: "development" },
      { name: "service", value: "packing" },
    ],
  };
  expect(tracking).toMatchObject({
    target_value: 300,
    customized_metric_specification: {
      metrics: [
        { id: "backlog", metric_stat: { metric, stat: "Average" }, return_data: false },
        { id: "tasks", metric_stat: { metric, stat: "SampleCount" }, return_data: false },
        { expression: "backlog / tasks", return_data: true },
      ],
    },
  });
});

test("a worker that takes no jobs keeps its number of tasks, and no deployment of it waits for jobs", () => {
  expect(settingsOf("sweeping", "aws_appautoscaling_target")).toEqual({});
  expect(settingsOf("sweeping", "aws_ecs_service")).not.toHaveProperty("alarms");
  expect(settingsOf("packing", "aws_ecs_service")).toHaveProperty("alarms");
});

test("jobs that wait for a minute raise an alarm, and so do dead letters and missing tasks: without any there is no sample", () => {
  const alarms = of("aws_cloudwatch_metric_alarm").map(({ settings }) => settings);
  expect(alarms).toContainEqual(
    expect.objectContaining({
      alarm_name: "development-packing-oldest-unawarded",
      metric_name: "oldestUnawarded",
      comparison_operator: "GreaterThanThreshold",
      threshold: 60,
      treat_missing_data: "notBreaching",
    }),
  );
  expect(alarms).toContainEqual(
    expect.objectContaining({
      alarm_name: "development-packing-dead-letters",
      metric_name: "deadLetters",
      dimensions: { environment: "development", service: "packing" },
      statistic: "Sum",
      threshold: 0,
      evaluation_periods: 1,
    }),
  );
  expect(alarms).toContainEqual(
    expect.objectContaining({
      alarm_name: "development-sweeping-tasks",
      statistic: "SampleCount",
      comparison_operator: "LessThanThreshold",
      threshold: 1,
      treat_missing_data: "breaching",
    }),
  );
});

test("the dashboard has a row for each product whose workers take jobs: accepted, awarded, backlog, oldest", () => {
  const letters: Service = { ...packing, name: "letters", product: "post", entry: "worker/letters" };
  const orders: Service = { ...packing, name: "orders", kind: "http", path: "/orders", entry: "lambda/orders" };
  const all = resources({
    environments: [exampleEnvironment],
    services: [orders, packing, { ...sweeping, product: "floor" }, letters],
  });
  const [body] = all.flatMap(({ type, settings }) =>
    type === "aws_cloudwatch_dashboard" ? [settings.dashboard_body] : [],
  );
  const widgets: { y: number; properties: { title: string; metrics: string[][] } }[] = JSON.parse(String(body)).widgets;
  const row = widgets.filter(({ properties }) => properties.title.startsWith("shop: "));
  expect(row.map(({ properties }) => properties.title)).toEqual([
    "shop: accepted",
    "shop: awarded",
    "shop: backlog",
    "shop: oldest in the outbox (s)",
  ]);
  expect(new Set(row.map(({ y }) => y)).size).toBe(1);
  expect(row.map(({ properties }) => properties.metrics.map(([, metric, , , , service]) => [metric, service]))).toEqual(
    [[["accepted", "orders"]], [["awarded", "packing"]], [["backlog", "packing"]], [["oldestUnawarded", "packing"]]],
  );
  expect(JSON.stringify(widgets)).not.toContain("floor");
});
