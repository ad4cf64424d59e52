import { architecture } from "./architecture";
import { layout } from "./layout";
import type { Scene } from "./scene";
import { svg } from "./svg";
import type { Synthesis } from "./synthesis";
import { zones } from "./zones";

export interface PicturesOptions {
  /** What the pictures' titles call it all, such as an environment. */
  readonly name: string;
  /** What all stacks' names begin with, left out of files' names and of titles. @default nothing */
  readonly prefix?: string;
  /** What a resource's name is shortened to. @default without the prefix and an account's number at its end */
  readonly shorten?: (name: string) => string;
  /** What the pipeline is called. @default Pipeline */
  readonly pipeline?: string;
  /** Titles in the order in which they came to be: of one kind, the newest is last. @default by address */
  readonly order?: readonly string[];
}

/** What each picture shows, by its file's name: everything at a distance, and each stack from close by. */
export function scenes(
  synthesis: Synthesis,
  { name, prefix = "", order = [], shorten = withoutPrefix(prefix), pipeline = "Pipeline" }: PicturesOptions,
): ReadonlyMap<string, Scene> {
  const words = { order, shorten, pipeline };
  const ofStacks = synthesis.stacks.map((stack): readonly [string, Scene] => {
    const short = stack.startsWith(prefix) ? stack.slice(prefix.length) : stack;
    const view = { title: `The ${short} stack, ${name}`, stack, ...words };
    const holdsSubnets = synthesis.of("aws_subnet").some((subnet) => subnet.stack === stack);
    return [`architecture-${short}.svg`, (holdsSubnets ? zones : architecture)(synthesis, view)];
  });
  return new Map([
    ["architecture.svg", architecture(synthesis, { title: `The platform on AWS, ${name}`, ...words })],
    ...ofStacks,
  ]);
}

const withoutPrefix = (prefix: string) => (name: string) =>
  (name.startsWith(prefix) ? name.slice(prefix.length) : name).replace(/-\d{12}$/, "");

/** Draws a scene. The same scene gives the same bytes. */
export const draw = (scene: Scene): string => svg(layout(scene));
