import { visibleJson, visibleLines } from "@platform/terraform";

export { visible, visibleJson, visibleLines } from "@platform/terraform";

/** What commands print: whatever foreign text stands in it, no terminal obeys it. */
export const print = (text: string): void => void process.stdout.write(`${visibleLines(text)}\n`);

/** What commands say meanwhile, beside what they print. */
export const report = (text: string): void => void process.stderr.write(`${visibleLines(text)}\n`);

/** What commands print for machines. */
export const printJson = (value: unknown): void => void process.stdout.write(`${visibleJson(value)}\n`);
