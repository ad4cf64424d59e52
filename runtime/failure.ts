/** An end that is not a success, in one sentence for the person who reads it: what is wrong and what to change. */
export class Failure extends Error {
  override readonly name: string = "Failure";

  /** @param exitCode of the program that ends with it. @default 1 */
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}

/** A program that was told to stop: `signal` is what told it. */
export class Cancelled extends Failure {
  override readonly name = "Cancelled";

  /** Exits as a shell reports a process that a signal ended. */
  constructor(signal: "SIGINT" | "SIGTERM") {
    super(`cancelled by ${signal}`, signal === "SIGINT" ? 130 : 143);
  }
}
