import { randomUUID } from "node:crypto";
import type { AttackTable, Target } from "../attack";
import { login } from "./tokens";

const many = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

async function post({ url }: Target, path: string, body: object, headers: Readonly<Record<string, string>>) {
  const answer = await fetch(`${url}${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  });
  const { id }: { id?: string } = JSON.parse(await answer.text());
  return { status: answer.status, id };
}

const statuses = (answers: readonly { readonly status: number }[]) =>
  JSON.stringify(
    Object.fromEntries(
      [...new Set(answers.map(({ status }) => status))].map((one) => [
        one,
        answers.filter(({ status }) => status === one).length,
      ]),
    ),
  );

export const races: AttackTable = {
  name: "races",
  source: "draft-ietf-httpapi-idempotency-key-header, section 2; OWASP API4 and API6:2023; CWE-362",
  attacks: [
    {
      name: "50 transactions under one key",
      async try(target) {
        const token = await login(target.url, "alice");
        const key = { "idempotency-key": randomUUID() };
        const answers = await many(50, () =>
          post(target, "/transactions/", { token, amount: 2000, currency: "GBP" }, key),
        );
        const ids = new Set(answers.map(({ id }) => id));
        return ids.size === 1 && answers.every(({ status }) => status === 200)
          ? undefined
          : `${ids.size} transactions: ${statuses(answers)}`;
      },
    },
    {
      name: "50 transactions of different amounts under one key",
      async try(target) {
        const token = await login(target.url, "alice");
        const key = { "idempotency-key": randomUUID() };
        const answers = await many(50, (index) =>
          post(target, "/transactions/", { token, amount: 100 + index, currency: "GBP" }, key),
        );
        const taken = answers.filter(({ status }) => status === 200).length;
        const refused = answers.filter(({ status }) => status === 422).length;
        return taken === 1 && refused === 49 ? undefined : statuses(answers);
      },
    },
    {
      name: "one key of two users",
      async try(target) {
        const key = { "idempotency-key": randomUUID() };
        const bearers = [await login(target.url, "alice"), await login(target.url, "bob")];
        const answers = await Promise.all(
          bearers.map((token) => post(target, "/transactions/", { token, amount: 2000, currency: "GBP" }, key)),
        );
        return new Set(answers.map(({ id }) => id)).size === 2 ? undefined : `both got the same: ${statuses(answers)}`;
      },
    },
    {
      name: "50 users of one address",
      async try(target) {
        const authorization = `Bearer ${await target.token("preferences:write")}`;
        const email = `${randomUUID()}@example.com`;
        const answers = await many(50, () => post(target, "/preferences/users", { email }, { authorization }));
        const made = answers.filter(({ status }) => status === 201).length;
        const refused = answers.filter(({ status }) => status === 422).length;
        return made === 1 && refused === 49 ? undefined : statuses(answers);
      },
    },
  ],
};

export const passwordGuesses: AttackTable = {
  name: "password guesses",
  source: "OWASP API2:2023; CWE-307, CWE-348",
  attacks: [
    {
      name: "100 guesses of one password at once",
      async try(target) {
        const username = "bob";
        const answers = await many(100, () =>
          post(target, "/authentication/token", { username, password: "wrong" }, {}),
        );
        const guessed = answers.filter(({ status }) => status === 401).length;
        const refused = answers.filter(({ status }) => status === 429).length;
        return guessed <= 20 && guessed + refused === 100 ? undefined : statuses(answers);
      },
    },
    {
      name: "guesses that claim other addresses",
      async try(target) {
        const answers = await many(150, (index) =>
          post(
            target,
            "/authentication/token",
            { username: `nobody-${index}`, password: "x" },
            {
              "x-forwarded-for": `192.0.2.${index}`,
              "x-real-ip": `192.0.2.${index}`,
              forwarded: `for=192.0.2.${index}`,
            },
          ),
        );
        const guessed = answers.filter(({ status }) => status === 401).length;
        return guessed <= 100 && answers.some(({ status }) => status === 429) ? undefined : statuses(answers);
      },
    },
  ],
};
