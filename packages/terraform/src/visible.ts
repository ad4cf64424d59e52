/**
 * Characters that a terminal obeys or that turn the direction of text, as `\u{202e}`, so that foreign text can neither
 * move the cursor nor look like other text. https://trojansource.codes
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const unseen = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

const hexadecimal = (character: string) => character.charCodeAt(0).toString(16);
const escaped = (character: string) => `\\u{${hexadecimal(character)}}`;

/** Foreign text as one line. */
export const visible = (text: string): string => text.replaceAll("\n", "⏎").replaceAll(unseen, escaped);

/** Foreign text whose lines and tabs stay. */
export const visibleLines = (text: string): string =>
  text.replaceAll(unseen, (character) => (/[\n\t]/.test(character) ? character : escaped(character)));

/** A value as JSON that a terminal may show. */
export const visibleJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(unseen, (character) => `\\u${hexadecimal(character).padStart(4, "0")}`);
