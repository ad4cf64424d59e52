import type * as z from "../../runtime/schema";
import { type Consent, type ConsentId, consentIds } from "./schemas";

/** Choices by consent: the form in which PostgreSQL keeps them and adds a later choice to an earlier one. */
export type Choices = Partial<Record<ConsentId, boolean>>;

export const toChoices = (consents: readonly z.infer<typeof Consent>[]): Choices =>
  Object.fromEntries(consents.map(({ id, enabled }) => [id, enabled]));

/** The contract's form, always in the order of `consentIds`. */
export function toConsents(choices: Choices): z.infer<typeof Consent>[] {
  return consentIds.flatMap((id) => {
    const enabled = choices[id];
    return enabled === undefined ? [] : [{ id, enabled }];
  });
}
