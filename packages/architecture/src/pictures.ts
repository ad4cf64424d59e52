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
  /** Titles in the order in which they came to be: of one kind, the newest is last. @default by address */
  readonly order?: readonly string[];
}

/** What each picture shows, by its file's name: everything at a distance, and each stack from close by. */
export function scenes(
  synthesis: Synthesis,
  { name, prefix = "", order = [] }: PicturesOptions,
): ReadonlyMap<string, Scene> {
  const ofStacks = synthesis.stacks.map((stack): readonly [string, Scene] => {
    const short = stack.startsWith(prefix) ? stack.slice(prefix.length) : stack;
    const view = { title: `The ${short} stack, ${name}`, stack, order };
    const holdsSubnets = synthesis.of("aws_subnet").some((subnet) => subnet.stack === stack);
    return [`architecture-${short}.svg`, (holdsSubnets ? zones : architecture)(synthesis, view)];
  });
  return new Map([
    ["architecture.svg", architecture(synthesis, { title: `The platform on AWS, ${name}`, order })],
    ...ofStacks,
  ]);
}

/** Draws a scene. The same scene gives the same bytes. */
export const draw = (scene: Scene): string => svg(layout(scene));
