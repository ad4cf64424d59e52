/** What is wrong with what a person gave, in one sentence that says what to change: shown without a stack trace. */
export class InputError extends Error {
  override readonly name: string = "InputError";
}
