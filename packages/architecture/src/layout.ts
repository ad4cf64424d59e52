import { iconSize } from "./measures";
import { place, type Rectangle } from "./place";
import { type Point, type Route, route } from "./route";
import type { Box, Edge, Node, Scene } from "./scene";

/** A scene in which everything has its place, in pixels from the top left. */
export interface Layout {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly (Box & Rectangle)[];
  readonly nodes: readonly (Node & Rectangle)[];
  readonly edges: readonly (Edge & Route)[];
}

export type { Point, Rectangle };

/**
 * Gives everything its place: the same scene, the same places. What is added to a column that grows moves nothing else:
 * it takes the column's next place, and its edges are routed after all others.
 */
export function layout(scene: Scene): Layout {
  const { places, laneIndex, width, height } = place(scene);
  const at = (id: string): Rectangle => {
    const found = places.get(id);
    if (found === undefined) throw new Error(`an edge or a parent names ${id}, which the scene does not have`);
    return found;
  };
  const boxes = scene.boxes.map((box) => ({ ...box, ...at(box.id) }));
  const nodes = scene.nodes.map((node) => ({ ...node, ...at(node.id), width: iconSize, height: iconSize }));
  const routes = route({ ...scene, boxes, nodes }, { laneIndex, width, height });
  return { title: scene.title, width, height, boxes, nodes, edges: routes };
}
