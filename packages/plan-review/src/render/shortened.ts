/** The beginning of a text that is too long to read. */
export function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length.toLocaleString("en")} characters)`;
}
