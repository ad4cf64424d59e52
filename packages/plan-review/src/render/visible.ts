/**
 * Control characters, and those that turn the direction of text, as `\u{202e}`: a name must not be able to look like
 * another one. https://trojansource.codes
 */
export function visible(text: string): string {
  return text.replaceAll("\n", "⏎").replaceAll(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** The beginning of a text that is too long to read. */
export function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length.toLocaleString("en")} characters)`;
}
