const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\u0007", b: "\b", f: "\f", v: "\v" };

/** A text of Go without its quotes. */
export const unquoted = (text: string): string =>
  text.slice(1, -1).replaceAll(/\\(?:x(\w\w)|u(\w{4})|U(\w{8})|([0-7]{3})|(.))/g, (_all, ...groups: string[]) => {
    const [x, u, long, octal, letter = ""] = groups;
    const code = x ?? u ?? long;
    if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
    return octal === undefined ? (escapes[letter] ?? letter) : String.fromCodePoint(Number.parseInt(octal, 8));
  });
