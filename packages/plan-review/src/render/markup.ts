/** Text that is HTML already. Only this file makes it, so whatever else is printed is escaped. */
export interface Markup {
  readonly text: string;
}

type Content = string | number | Markup | readonly Markup[];

/** `` html`<b>${name}</b>` ``: what stands between is escaped unless it is markup itself. */
export function html(literals: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return markup(literals.map((literal, index) => literal + render(contents[index] ?? "")).join(""));
}

/** Takes HTML of our own as it is. */
export function markup(text: string): Markup {
  return { text };
}

/** https://html.spec.whatwg.org/multipage/parsing.html: these five, in text and in quoted attributes. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function render(content: Content): string {
  if (typeof content === "string") return escaped(content);
  if (typeof content === "number") return String(content);
  return "text" in content ? content.text : content.map(({ text }) => text).join("");
}
