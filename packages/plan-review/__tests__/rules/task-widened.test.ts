import { taskWidened } from "../../src/rules/tasks";
import { says } from "../plans";

const type = "aws_ecs_task_definition";
const pinned = {
  name: "worker",
  image: `registry/worker@sha256:${"0".repeat(64)}`,
  readonlyRootFilesystem: true,
};
const task = (container: object = {}, more: object = {}) => ({
  task_role_arn: "arn:aws:iam::111122223333:role/worker",
  container_definitions: JSON.stringify([{ ...pinned, ...container }]),
  ...more,
});

describe("a revision of a task", () => {
  test.each<[sentence: string, container: object, more: object]>([
    ["container worker is privileged", { privileged: true }, {}],
    [
      "container worker has the capability SYS_PTRACE",
      { linuxParameters: { capabilities: { add: ["SYS_PTRACE"] } } },
      {},
    ],
    ["container worker may write to its root", { readonlyRootFilesystem: false }, {}],
    ["container worker runs registry/worker:latest, which is no digest", { image: "registry/worker:latest" }, {}],
    ["pid_mode host", {}, { pid_mode: "host" }],
    ["task_role_arn arn:aws:iam::111122223333:role/worker → other", {}, { task_role_arn: "other" }],
    ["execution_role_arn one → other", {}, { execution_role_arn: "other" }],
  ])("%s is looked at, the way back is none", (sentence, container, more) => {
    const [before, after] = [
      task({}, { execution_role_arn: "one" }),
      task(container, { execution_role_arn: "one", ...more }),
    ];
    const planned = { type, replacedFor: ["container_definitions"] };
    expect(says(taskWidened, { ...planned, before, after })).toBe(sentence);
    if (!sentence.includes("role_arn")) {
      expect(says(taskWidened, { ...planned, before: after, after: before })).toBeUndefined();
    }
  });

  test("that is no wider is none: another digest, more memory, what it could before", () => {
    const before = task({}, { memory: "512" });
    const after = task({ image: `registry/worker@sha256:${"1".repeat(64)}` }, { memory: "1024" });
    expect(says(taskWidened, { type, replacedFor: ["memory"], before, after })).toBeUndefined();
    expect(says(taskWidened, { type, after })).toBeUndefined();
    const wide = [task({ privileged: true }, { memory: "512" }), task({ privileged: true }, { memory: "1024" })];
    expect(
      says(taskWidened, { type, replacedFor: ["memory"], before: wide[0] ?? {}, after: wide[1] ?? {} }),
    ).toBeUndefined();
    expect(says(taskWidened, { type, before: task({ privileged: true }) })).toBeUndefined();
  });

  test("that is only known after apply is read as the source writes it", () => {
    const written = { constant_value: JSON.stringify([{ ...pinned, privileged: true }]) };
    const planned = { type, after: {}, unknown: { container_definitions: true } };
    expect(says(taskWidened, { ...planned, expressions: { container_definitions: written } })).toBe(
      "container worker is privileged",
    );
    expect(says(taskWidened, planned)).toBe("containers that the review cannot read");
  });
});

test.each([
  ["a public address for each task", { network_configuration: [{ assign_public_ip: true }] }],
  ["commands inside running tasks", { enable_execute_command: true }],
])("a service that gets %s is looked at", (sentence, after) => {
  const before = { network_configuration: [{ assign_public_ip: false }], enable_execute_command: false };
  expect(says(taskWidened, { type: "aws_ecs_service", before, after })).toBe(sentence);
  expect(says(taskWidened, { type: "aws_ecs_service", after })).toBe(sentence);
  expect(says(taskWidened, { type: "aws_ecs_service", before: after, after: before })).toBeUndefined();
});
