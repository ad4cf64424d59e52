import { visible } from "@platform/terraform";
import type { Phrase } from "../phrase";
import type { Review } from "../review";
import { costSentence, overrideSentence, totalsSentence, verdictNames } from "../wording";
import { shortened } from "./shortened";

/** What comes first in every form of the review, for a terminal. */
export function toText(review: Review): string {
  const lines = [
    `${verdictNames[review.verdict]}: ${visible(review.environment)}`,
    ...review.reasons.flatMap(({ level, sentence, findings }) => [
      `  ${level}: ${sentence}`,
      ...findings
        .slice(0, 5)
        .map(
          ({ change, detail }) =>
            `    ${change === undefined ? "" : visible(`${change.stack}/${change.path} `)}${words(detail)}`,
        ),
      ...(findings.length > 5 ? [`    and ${findings.length - 5} more`] : []),
    ]),
    `${totalsSentence(review)} ${costSentence(review)}`,
    words(overrideSentence(review) ?? []),
  ];
  return `${lines.filter((line) => line !== "").join("\n")}\n`;
}

function words(phrase: Phrase): string {
  return phrase.map((word) => (typeof word === "string" ? word : shortened(visible(word.quoted), 160))).join("");
}
