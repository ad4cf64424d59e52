import type { Box } from "./scene";

/** Pixels between two points of the grid on which edges run. */
export const grid = 8;
/** Pixels. */
export const iconSize = 48;
/** Of a node's second line; the first one's is in the style too. */
export const fontSize = { title: 13.5, detail: 12, cell: 11.5, label: 11 };
export const lineHeight = 16;
export const cellHeight = 17;
export const cellGap = 4;
export const cellWidth = 100;
const titleHeight = 26;

/** The part of a box above its contents: its title, and the subnets over which it stretches. */
export function boxHeader({ cells }: Pick<Box, "cells">): number {
  return titleHeight + (cells?.length ?? 0) * (cellHeight + cellGap);
}

/**
 * The width of a text, on the wide side: nobody knows which sans-serif will draw it, and a label must fit in all.
 * Mean advance of Helvetica, Segoe UI and DejaVu Sans, in shares of the font's size.
 */
export function textWidth(text: string, size: number, bold = false): number {
  const advance = [...text].reduce(
    (sum, letter) => sum + (/[ilj.,:;'|!]/.test(letter) ? 0.3 : /[mwMW@]/.test(letter) ? 0.9 : 0.57),
    0,
  );
  return Math.ceil(advance * size * (bold ? 1.07 : 1));
}
