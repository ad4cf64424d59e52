import { array, assert, constantFrom, property, string } from "fast-check";
import { findRoute, Refused, type Upstream } from "../../../local/router/routes";

const upstream = (path: string): Upstream => ({
  name: path.slice(1),
  description: "",
  path,
  url: "http://127.0.0.1:1",
});
const upstreams = [upstream("/auth"), upstream("/transactions")];
const seen = (target: string) => findRoute(upstreams, target)?.target;

/** As `decodeURIComponent`, for ASCII, but what is no escape stays as it is. */
const decodeOnce = (path: string) =>
  path.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

describe("the routes", () => {
  test.each([
    ["/transactions", "/"],
    ["/transactions?page=2", "/?page=2"],
    ["/transactions/", "/"],
    ["/transactions/transactions", "/transactions"],
    ["/transactions/a/b?x=/../y", "/a/b?x=/../y"],
    ["/transactions/50%25", "/50%25"],
    ["/transactions/.well-known/x..y", "/.well-known/x..y"],
  ])("%s reaches its service as %s", (target, expected) => {
    expect(seen(target)).toBe(expected);
  });

  test.each(["/authx", "/authx/token", "/Auth/token", "/", "/%61uth/token", "/tokens/auth"])(
    "%s belongs to no service",
    (target) => {
      expect(seen(target)).toBeUndefined();
    },
  );

  test.each([
    "/transactions/../auth/token",
    "/transactions/..",
    "/transactions/./x",
    "/transactions/%2e%2e/auth/token",
    "/transactions/.%2E/auth",
    "/transactions/%252e%252e/auth",
    "/transactions/..%2fauth",
    "/transactions/a%2Fb",
    "/transactions/a%252fb",
    "/transactions/..%5cauth",
    "/transactions/..\\auth",
    "/transactions//auth",
    "//auth/token",
    "/transactions/%00",
    "/transactions/%zz",
    "/transactions/#x",
    "http://elsewhere/auth/token",
    "*",
  ])("%s is refused, because a service could read it as another path", (target) => {
    expect(() => seen(target)).toThrow(Refused);
  });

  test("whatever is sent, a service sees a path that stays itself when it is resolved and decoded", () => {
    const piece = constantFrom(
      "/",
      ".",
      "..",
      "%2e",
      "%2F",
      "%5c",
      "\\",
      "%25",
      "2e",
      "2f",
      "auth",
      "transactions",
      "a",
      "%",
    );
    const target = array(piece).map((pieces) => `/transactions/${pieces.join("")}`);
    assert(
      property(target, string(), (path, query) => {
        let found: string | undefined;
        try {
          found = findRoute(upstreams, `${path}?${encodeURIComponent(query)}`)?.target;
        } catch (error) {
          expect(error).toBeInstanceOf(Refused);
          return;
        }
        const [seenPath = ""] = (found ?? "").split("?");
        // Resolved as a URL, and decoded as often as a careless service may, it has no segment that climbs.
        expect(new URL(seenPath, "http://service").pathname).toBe(seenPath);
        const twice = decodeOnce(decodeOnce(seenPath));
        expect(twice.split("/").filter((segment) => segment === ".." || segment === ".")).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});
