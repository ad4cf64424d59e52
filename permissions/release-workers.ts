import { workersClusterName } from "../config/names";
import type { EnvironmentArns } from "./arns";
import type { Permission } from "./permission";
import { passesTaskRoles } from "./workload-roles";

const deploy = ["deploy-workers"];
const both = ["deploy-workers", "roll-back"];

/**
 * What ops/deploy-workers and ops/roll-back call: they bring an image, make a revision of the task definition that names it, and
 * give the service that revision. Each worker's service may run its own family alone.
 */
export function releaseWorkersPermissions(arns: EnvironmentArns): Permission[] {
  const { workers, regional, name } = arns;
  const cluster = regional("ecs", `cluster/${workersClusterName(name)}`);
  const tasks = regional("ecs", `task/${workersClusterName(name)}/*`);
  return [
    {
      sid: "LogInToRegistry",
      actions: ["ecr:GetAuthorizationToken"],
      // It knows no repository; the token can do what the role may.
      resources: ["*"],
      jobs: deploy,
      purpose: "Logs in to the environment's registry",
    },
    {
      sid: "PushImages",
      actions: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
      ],
      resources: workers.map(({ repository }) => repository),
      jobs: deploy,
      purpose: "Copies the image that was built once; a tag that is there is never written anew",
    },
    {
      sid: "ReadRevisions",
      actions: ["ecs:DescribeTaskDefinition"],
      // By the reference it knows no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
      resources: ["*"],
      jobs: both,
      purpose: "Takes the settings of a task from the revision before, all but the image",
    },
    {
      sid: "RegisterRevisions",
      actions: ["ecs:RegisterTaskDefinition"],
      // The reference knows a family here: no other one gets a revision.
      resources: workers.map(({ revisions }) => revisions),
      conditions: { StringEqualsIfExists: { "ecs:privileged": "false" } },
      jobs: deploy,
      purpose: "Makes a revision with the image by its digest",
    },
    {
      sid: "TagRevisions",
      actions: ["ecs:TagResource"],
      resources: workers.map(({ revisions }) => revisions),
      conditions: { StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" } },
      jobs: deploy,
      purpose: "Gives a new revision the environment's tags, and no other one",
    },
    ...passesTaskRoles(arns, deploy),
    ...workers.map(({ service, revisions }, index) => ({
      sid: `UpdateService${index + 1}`,
      actions: ["ecs:UpdateService"],
      resources: [service],
      conditions: {
        ArnLikeIfExists: { "ecs:task-definition": revisions },
        StringEqualsIfExists: { "ecs:enable-execute-command": "false" },
        BoolIfExists: { "ecs:auto-assign-public-ip": "false" },
      },
      jobs: both,
      purpose: "Gives the service the new revision, or the one before; neither a shell nor a public address",
    })),
    {
      sid: "WaitUntilStable",
      actions: ["ecs:DescribeServices"],
      resources: workers.map(({ service }) => service),
      jobs: both,
      purpose: "Waits until the service runs the new revision alone, or has rolled it back",
    },
    {
      sid: "FindStoppedTasks",
      actions: ["ecs:ListTasks"],
      // Tasks that stopped are no resource; the cluster they ran in is a condition.
      resources: ["*"],
      conditions: { ArnEquals: { "ecs:cluster": cluster } },
      jobs: both,
      purpose: "Finds the tasks of a revision that does not run",
    },
    {
      sid: "ReadStoppedTasks",
      actions: ["ecs:DescribeTasks"],
      resources: [tasks],
      jobs: both,
      purpose: "Tells why they ended",
    },
  ];
}
