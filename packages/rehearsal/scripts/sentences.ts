/** What a sentence of the provider's documentation says of arguments, by their names in the form that the sentence has. */
export interface Said {
  /**
   * `neededBy`: who sets one of the names must set the argument whose text this is; `expectedBy`: so the documentation
   * says, but not that the provider looks.
   */
  readonly rule: "conflicts" | "neededBy" | "expectedBy" | "exactlyOne" | "atLeastOne";
  readonly names: readonly string[];
}

const list = "((?:`\\w+`(?:,? (?:and|or) |, |, or |, and |,)?)+)";

/** One form of sentence each; what is said of some values of an argument is none of them. */
const forms: readonly (readonly [Said["rule"], RegExp])[] = [
  ["conflicts", new RegExp(`^(?:This )?conflicts with (?:the )?${list}(?: (?:attributes?|arguments?|blocks?))?$`, "i")],
  ["conflicts", new RegExp(`^(?:Cannot|Can't|May not|Must not) be (?:used|specified|set) with ${list}$`, "i")],
  [
    "conflicts",
    new RegExp(`^(?:Cannot|Can't) be (?:set|specified|used) if ${list} (?:is|are) (?:set|specified|provided)$`, "i"),
  ],
  ["neededBy", new RegExp(`^Required with ${list}$`, "i")],
  ["expectedBy", new RegExp(`^Required if ${list} (?:is|are) (?:set|specified|provided)$`, "i")],
  [
    "exactlyOne",
    new RegExp(
      `^Exactly one of ${list} (?:must be|has to be|should be|is) (?:specified|set|provided|required|configured)$`,
      "i",
    ),
  ],
  ["exactlyOne", new RegExp(`^You must (?:provide|specify) (?:either )?(?:the )?${list},? but not both$`, "i")],
  [
    "atLeastOne",
    new RegExp(
      `^(?:At least )?one of ${list} (?:(?:must be|has to be) (?:specified|set|provided)|(?:is )?required)$`,
      "i",
    ),
  ],
];

/** @param text of one argument's documentation */
export function readSentences(text: string): Said[] {
  return text.split(/\.(?:\s+|$)/).flatMap((sentence) => {
    for (const [rule, form] of forms) {
      const names = form.exec(sentence.trim())?.[1];
      if (names !== undefined) return [{ rule, names: [...names.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name) }];
    }
    return [];
  });
}

const defaultForms = [
  /^(?:The )?(?:defaults?|default value)(?: for this attribute)?(?: value)?(?: is|s to| to|:)? `"?([^`"]*)"?`(?: \([^)]*\))?$/i,
  /^(?:This )?defaults to `"?([^`"]*)"?`(?: if not (?:set|specified|provided))?$/i,
  // Numbers and truths stand without quotes too.
  /^(?:The )?(?:defaults?|default value)(?: for this attribute)?(?: is| to|s to|:) (true|false|-?\d+(?:\.\d+)?)(?: (?:seconds|minutes|hours|days|MB|GB|GiB))?(?: \([^)]*\))?$/i,
];

/** @returns the default that an argument's documentation says in a sentence of its own; undefined when there is none, or another sentence speaks of one too */
export function readDefault(text: string): string | undefined {
  const [sentence, ...others] = text.split(/\.(?:\s+|$)/).filter((part) => /\bdefaults?\b/i.test(part));
  if (sentence === undefined || others.length > 0) return undefined;
  const bare = sentence.trim().replace(/^\(?Optional\)?[,;:]? */i, "");
  return defaultForms.map((form) => form.exec(bare)?.[1]).find((match) => match !== undefined);
}
