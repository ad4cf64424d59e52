import { stripVTControlCharacters } from "node:util";
import { duration, table } from "../../local/ps";

test("ps shows each program with its state, and why the last process ended", () => {
  // Colours stand in it or not, as the terminal and CI's variables say.
  const text = stripVTControlCharacters(
    table(
      {
        url: "http://localhost:8080",
        pid: 1,
        since: 0,
        programs: [
          {
            name: "web",
            group: "web",
            kind: "http",
            state: "running",
            pid: 42,
            port: 4000,
            since: 0,
            restarts: 1,
            exits: [],
            version: "abc",
          },
          {
            name: "shop",
            group: "shop",
            kind: "http",
            state: "running",
            pid: 43,
            socket: ".local/sockets/shop.sock",
            restarts: 0,
            exits: [],
          },
          {
            name: "crasher",
            group: "crasher",
            kind: "http",
            state: "failed",
            restarts: 4,
            reason: "exit code 7",
            exits: [],
          },
        ],
      },
      61_000,
    ),
  );
  expect(text).toMatch(/web +running +42 +4000 +1 min 1 s +1 +abc/);
  expect(text).toMatch(/shop +running +43 +\.local\/sockets\/shop\.sock +/);
  expect(text).toMatch(/crasher +failed +- +- +- +4 +- +exit code 7/);
  expect(text).toContain("http://localhost:8080");
});

test("ps shows no character that a terminal obeys, wherever a program's own words come from", () => {
  const reason = "exit\u001b]0;owned\u0007\n\u009b2J";
  const program = { name: "web", group: "web", kind: "http", state: "failed", restarts: 1, reason, exits: [] } as const;
  const text = table({ url: "http://localhost:8080", pid: 1, since: 0, programs: [program] }, 0);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what it takes away
  expect(text.replaceAll(/\u001b\[\d+m/g, "").replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  expect(text.split("\n")).toHaveLength(4);
});

test.each([
  [999, "0 s"],
  [59_999, "59 s"],
  [60_000, "1 min 0 s"],
  [3_599_999, "59 min 59 s"],
  [90_000_000, "25 h 0 min"],
])("%i ms is %s", (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});
