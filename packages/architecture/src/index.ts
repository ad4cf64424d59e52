export { draw, type PicturesOptions, scenes } from "./pictures";
export type { Box, Edge, Flow, Node, Scene } from "./scene";
export { Synthesis } from "./synthesis";
