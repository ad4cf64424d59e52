import { visible } from "@platform/terraform";
import { findingLines } from "../findings";
import type { Phrase } from "../phrase";
import type { Review } from "../review";
import { costSentence, overrideSentence, totalsSentence, verdictNames } from "../wording";
import { shortened } from "./shortened";

/** What comes first in every form of the review, for a terminal. */
export function toText(review: Review): string {
  const lines = [
    `${verdictNames[review.verdict]}: ${visible(review.environment)}`,
    ...review.reasons.flatMap((reason) => {
      const found = findingLines(reason);
      return [
        `  ${reason.level}: ${reason.sentence}`,
        ...found
          .slice(0, 5)
          .map(({ where, detail }) => `    ${where === undefined ? "" : visible(`${where} `)}${words(detail)}`),
        ...(found.length > 5 ? [`    and ${found.length - 5} more`] : []),
      ];
    }),
    `${totalsSentence(review)} ${costSentence(review)}`,
    words(overrideSentence(review) ?? []),
  ];
  return `${lines.filter((line) => line !== "").join("\n")}\n`;
}

function words(phrase: Phrase): string {
  return phrase.map((word) => (typeof word === "string" ? word : shortened(visible(word.quoted), 160))).join("");
}
