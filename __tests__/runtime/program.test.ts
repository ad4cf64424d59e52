import { InputError } from "@platform/terraform";
import { Command } from "commander";
import { ConfigurationError } from "../../config/problem";
import { Failure } from "../../runtime/failure";
import { positiveNumber, repeated, wholeNumber } from "../../runtime/number-option";
import { runProgram } from "../../runtime/program";

let said: string[];
beforeEach(() => {
  said = [];
  jest.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
});

test.each([
  ["a failure", new Failure("the disk is full", 3), "the disk is full\n", 3],
  ["wrong input", new InputError("FOLDER must exist"), "FOLDER must exist\n", 1],
  [
    "a wrong setting",
    new ConfigurationError([{ property: "a", rule: "must be 1", value: 2 }]),
    "a must be 1, got 2\n",
    1,
  ],
])("%s is told in one sentence, and ends with its exit code", async (_what, error, message, code) => {
  await runProgram(() => Promise.reject(error));
  expect([said.join(""), process.exitCode]).toEqual([message, code]);
});

test("an error of the program itself is told with its stack", async () => {
  await runProgram(() => Promise.reject(new TypeError("undefined is not a function")));
  expect(said.join("")).toMatch(/^TypeError: undefined is not a function\n +at /);
  expect(process.exitCode).toBe(1);
});

test("an error's words are told without a character that a terminal obeys, and keep their lines", async () => {
  await runProgram(() => Promise.reject(new Failure("the object\n\u001b]0;owned\u0007\u009b2J does not exist")));
  expect(said.join("")).toBe("the object\n\\u{1b}]0;owned\\u{7}\\u{9b}2J does not exist\n");
});

test("an error of a library is told in the words that the program knows for it", async () => {
  await runProgram(() => Promise.reject(new TypeError("x")), { explain: () => "the database does not answer" });
  expect(said.join("")).toBe("the database does not answer\n");
});

test.each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const)(
  "%s aborts the work with its name, and the program exits as a shell would report it",
  async (signal, code) => {
    await runProgram(async (cancelled) => {
      process.emit(signal);
      cancelled.throwIfAborted();
    });
    expect([said.join(""), process.exitCode]).toEqual([`cancelled by ${signal}\n`, code]);
  },
);

test("work that takes no signal leaves the signals to Node, which ends the process", async () => {
  const before = process.listenerCount("SIGTERM");
  await runProgram(async () => expect(process.listenerCount("SIGTERM")).toBe(before));
  await runProgram(async (_cancelled) => expect(process.listenerCount("SIGTERM")).toBe(before + 1));
  expect(process.listenerCount("SIGTERM")).toBe(before);
  expect(process.exitCode).toBeUndefined();
});

test.each([
  ["--count", "0", "It must be a whole number from 1 to 64."],
  ["--count", "1.5", "It must be a whole number from 1 to 64."],
  ["--count", " ", "It must be a whole number from 1 to 64."],
  ["--percent", "100", "It must be a number above 0 and below 100."],
  ["--percent", "many", "It must be a number above 0 and below 100."],
])("%s %j is refused with what it must be", async (option, value, rule) => {
  const program = new Command("test").option("--count <n>", "", wholeNumber(1, 64)).exitOverride();
  program.option("--percent <n>", "", positiveNumber(100));
  await runProgram(async () => program.parse([option, value], { from: "user" }));
  expect(said.join("")).toContain(rule);
  expect(process.exitCode).toBe(1);
});

test("an option that is given more than once keeps every number", () => {
  const program = new Command("test").option("--id <n>", "", repeated(wholeNumber(1))).exitOverride();
  expect(program.parse(["--id", "3", "--id", "1"], { from: "user" }).opts()).toEqual({ id: [3, 1] });
});
