import type { Configuration } from "@platform/terraform";
import type { Change } from "../change";
import { parseJson } from "../difference";
import { say } from "../phrase";
import { isAbsent, isList, isValues, type Value, type Values } from "../values";
import { became, type ChangeRule, transitions } from "./rule";

export const taskWidened: ChangeRule = {
  name: "task-widened",
  level: "look",
  sentence: "Lets a task do more, be reached, or run an image that nobody pinned",
  about: (change, configuration) => {
    if (change.action === "delete" || change.action === "forget") return undefined;
    const role = transitions(change).find(
      ({ path, before }) => /^(task|execution)_role_arn$/.test(path) && !isAbsent(before),
    );
    if (change.type === "aws_ecs_task_definition" && role !== undefined) return became(role);
    const had = new Set(powers(change, change.before, undefined));
    const gained = powers(change, change.after, configuration).find((power) => !had.has(power));
    return gained === undefined ? undefined : say`${gained}`;
  },
};

/** What a task may do beyond its container, in words. */
function powers({ type, address }: Change, values: Values, configuration: Configuration | undefined): string[] {
  if (type === "aws_ecs_service") {
    const [network] = isList(values.network_configuration) ? values.network_configuration.filter(isValues) : [];
    return [
      ...(network?.assign_public_ip === true ? ["a public address for each task"] : []),
      ...(values.enable_execute_command === true ? ["commands inside running tasks"] : []),
    ];
  }
  if (type !== "aws_ecs_task_definition") return [];
  const shared = ["network_mode", "pid_mode", "ipc_mode"].filter((name) => values[name] === "host");
  const written = configuration?.texts(address).get("container_definitions");
  const text = typeof values.container_definitions === "string" ? values.container_definitions : written;
  const containers = text === undefined ? undefined : parseJson(text);
  if (containers === undefined && configuration !== undefined) return ["containers that the review cannot read"];
  const each = isList(containers) ? containers.filter(isValues).flatMap(containerPowers) : [];
  return [...shared.map((name) => `${name} host`), ...each];
}

function containerPowers({ name, image, privileged, readonlyRootFilesystem, linuxParameters }: Values): string[] {
  const container = `container ${typeof name === "string" ? name : "without a name"}`;
  const linux = isValues(linuxParameters) ? linuxParameters : {};
  const capabilities = isValues(linux.capabilities) && isList(linux.capabilities.add) ? linux.capabilities.add : [];
  return [
    ...(privileged === true ? [`${container} is privileged`] : []),
    ...capabilities.filter(isText).map((capability) => `${container} has the capability ${capability}`),
    ...(readonlyRootFilesystem === true ? [] : [`${container} may write to its root`]),
    ...(typeof image === "string" && !image.includes("@sha256:")
      ? [`${container} runs ${image}, which is no digest`]
      : []),
  ];
}

const isText = (value: Value): value is string => typeof value === "string";
