import { InputError } from "./input-error";

/** Parses JSON that a person or a program gave. @throws {InputError} with the refusal when the text is not whole JSON */
export function parseJson(text: string, refusal: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(refusal);
  }
}
