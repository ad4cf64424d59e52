import * as z from "zod";
import { DatabaseEnvironment } from "../../runtime/database";
import { parseEnvironment } from "../../runtime/environment";
import { FunctionEnvironment } from "../../runtime/lambda";

const schema = z.object({ HTTP_PORT: z.coerce.number().int(), JWT_SECRET: z.string().min(32) });

describe("the environment of a process", () => {
  test("is parsed into typed values", () => {
    expect(parseEnvironment(schema, { HTTP_PORT: "80", JWT_SECRET: "x".repeat(32), OTHER: "1" })).toEqual({
      HTTP_PORT: 80,
      JWT_SECRET: "x".repeat(32),
    });
  });

  test("names every variable that is missing or invalid, and repeats no value", () => {
    const parse = () => parseEnvironment(schema, { HTTP_PORT: "", JWT_SECRET: "hunter2" });
    expect(parse).toThrow(/HTTP_PORT is missing/);
    expect(parse).toThrow(/JWT_SECRET is invalid/);
    expect(parse).not.toThrow(/hunter2/);
  });

  test("says which two ways there are to name a database", () => {
    expect(() => parseEnvironment(DatabaseEnvironment, {})).toThrow(/DATABASE_URL .*or DATABASE_AUTH=iam/);
  });
});

test.each(["preferences", "/preferences/", "//evil.example", "/a b"])("a function refuses the base path %p", (path) => {
  expect(() => parseEnvironment(FunctionEnvironment, { BASE_PATH: path })).toThrow(/BASE_PATH is invalid/);
  expect(parseEnvironment(FunctionEnvironment, { BASE_PATH: "/a/b-c" })).toEqual({ BASE_PATH: "/a/b-c" });
});
