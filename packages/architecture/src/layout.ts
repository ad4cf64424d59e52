import Elk, { type ElkEdgeSection, type ElkExtendedEdge, type ElkNode } from "elkjs/lib/elk.bundled.js";
import { boxHeader, cellWidth, fontSize, iconSize, lineHeight, textWidth } from "./measures";
import type { Box, Edge, Node, Scene } from "./scene";
import { straighten } from "./straighten";

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A scene in which everything has its place, in pixels from the top left. */
export interface Layout {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly (Box & Rectangle)[];
  readonly nodes: readonly (Node & Rectangle)[];
  readonly edges: readonly (Edge & { readonly points: readonly Point[]; readonly labelAt?: Point })[];
}

const options = {
  "elk.algorithm": "layered",
  // As far left as can be: what is alike stands in one column.
  "elk.layered.layering.strategy": "LONGEST_PATH_SOURCE",
  "elk.direction": "RIGHT",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.json.shapeCoords": "ROOT",
  "elk.json.edgeCoords": "ROOT",
  "elk.randomSeed": "1",
  "elk.layered.thoroughness": "100",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.spacing.nodeNodeBetweenLayers": "26",
  "elk.layered.spacing.edgeNodeBetweenLayers": "12",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "8",
  "elk.spacing.nodeNode": "16",
  "elk.spacing.edgeNode": "12",
  "elk.spacing.edgeEdge": "10",
  "elk.spacing.edgeLabel": "3",
  "elk.edgeLabels.placement": "HEAD",
  "elk.padding": "[top=8,left=8,bottom=8,right=8]",
};

/** Keeps boxes in the order in which the scene lists them. */
const inOrder = { ...options, "elk.layered.crossingMinimization.semiInteractive": "true" };

/** Gives everything its place: the same scene, the same places. */
export async function layout(scene: Scene): Promise<Layout> {
  const edges = scene.edges.map((edge) => ({ edge, turned: backward(edge, scene) }));
  const root: ElkNode = await new Elk().layout({
    id: "root",
    layoutOptions: scene.rows === undefined ? options : inOrder,
    children: contents(scene, undefined),
    edges: [
      ...edges.map(({ edge, turned }, index) =>
        elkEdge(turned ? { ...edge, from: edge.to, to: edge.from } : edge, index),
      ),
      ...neighbours(scene),
    ],
  });
  const placed = new Map(everything(root).map((node) => [node.id, rectangle(node)]));
  const at = (id: string): Rectangle => placed.get(id) ?? { x: 0, y: 0, width: 0, height: 0 };
  const routes = new Map(everyEdge(root).map((edge) => [edge.id, edge]));
  const lines = straighten(
    edges.map(({ turned }, index) => {
      const points = (routes.get(`edge-${index}`)?.sections ?? []).flatMap(pointsOf);
      return turned ? points.toReversed() : points;
    }),
  );
  return {
    title: scene.title,
    width: Math.ceil(root.width ?? 0),
    height: Math.ceil(root.height ?? 0),
    boxes: scene.boxes.map((box) => ({ ...box, ...at(box.id) })),
    nodes: scene.nodes.map((node) => ({ ...node, ...at(node.id) })),
    edges: edges.map(({ edge }, index) => {
      const [label] = routes.get(`edge-${index}`)?.labels ?? [];
      return {
        ...edge,
        points: lines[index] ?? [],
        ...(label?.x !== undefined && label.y !== undefined && { labelAt: { x: label.x, y: label.y } }),
      };
    }),
  };
}

function contents(scene: Scene, parent: string | undefined): ElkNode[] {
  const boxes = scene.boxes
    .filter((box) => box.parent === parent)
    .map((box, index): ElkNode => {
      const header = boxHeader(box);
      return {
        id: box.id,
        layoutOptions: {
          ...(scene.rows === undefined ? options : inOrder),
          "elk.position": `(0,${index})`,
          "elk.padding": `[top=${header + 8},left=12,bottom=12,right=12]`,
          "elk.nodeSize.constraints": "MINIMUM_SIZE",
          "elk.nodeSize.minimum": `(${minimumWidth(box)},${header + 24})`,
        },
        children: contents(scene, box.id),
      };
    });
  const nodes = scene.nodes
    .filter((node) => node.parent === parent)
    .map(
      ({ id, title, detail }): ElkNode => ({
        id,
        width: iconSize,
        height: iconSize,
        layoutOptions: { "elk.nodeLabels.placement": "OUTSIDE V_BOTTOM H_CENTER" },
        labels: [
          {
            text: title,
            width: Math.max(textWidth(title, fontSize.title, true), textWidth(detail, fontSize.detail)),
            height: 4 + lineHeight * (detail === "" ? 1 : 2),
          },
        ],
      }),
    );
  return [...boxes, ...nodes];
}

function minimumWidth(box: Box): number {
  return Math.max(
    textWidth(box.title, fontSize.title, true) + (box.style === "group" ? 32 : 38),
    box.cells === undefined ? 0 : cellWidth + 16,
  );
}

function elkEdge({ from, to, label, flow }: Edge, index: number): ElkExtendedEdge {
  return {
    id: `edge-${index}`,
    sources: [from],
    targets: [to],
    layoutOptions: {
      "elk.edgeLabels.placement": "HEAD",
      "elk.layered.priority.straightness": flow === "request" ? "10" : "1",
    },
    ...(label !== undefined && { labels: [{ text: label, width: textWidth(label, fontSize.label) + 2, height: 13 }] }),
  };
}

/** Edges that nobody sees: they hold the members of a row side by side. */
function neighbours({ rows = [] }: Scene): ElkExtendedEdge[] {
  return rows.flatMap((row, index) =>
    row.slice(1).map((to, place) => ({ id: `row-${index}-${place}`, sources: [row[place] ?? to], targets: [to] })),
  );
}

const pointsOf = ({ startPoint, bendPoints = [], endPoint }: ElkEdgeSection): readonly Point[] => [
  startPoint,
  ...bendPoints,
  endPoint,
];
const everything = (node: ElkNode): ElkNode[] => [node, ...(node.children ?? []).flatMap(everything)];
const everyEdge = (node: ElkNode): ElkExtendedEdge[] => [
  ...(node.edges ?? []),
  ...(node.children ?? []).flatMap(everyEdge),
];
const rectangle = ({ x = 0, y = 0, width = 0, height = 0 }: ElkNode): Rectangle => ({ x, y, width, height });

/** Whether an event comes back from where requests lead: it is laid out the way they go, and drawn the way it goes. */
function backward({ from, to, flow }: Edge, { edges }: Scene): boolean {
  if (flow !== "event") return false;
  const reached = new Set([to]);
  for (const place of reached) {
    for (const edge of edges) if (edge.from === place && edge.flow !== "event") reached.add(edge.to);
  }
  return reached.has(from);
}
