import { readdirSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { databaseName } from "../../../config/names";
import { payloadOf } from "../../../contracts/loyalty";
import { withClient } from "../../../dependencies/database/client";
import { postgresUrl } from "../../../dependencies/database/postgres";
import { RunningPlatform } from "../running-platform";
import { accessibilityFaults, openBrowser, visit } from "./browser";

let platform: RunningPlatform;
let browser: Browser;
beforeAll(async () => {
  platform = await RunningPlatform.prepare();
  await platform.up("authentication,transactions,loyalty");
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await platform.end();
});

/** Runs SQL as the superuser. */
async function sql(text: string, values: unknown[] = []) {
  const { port = 0 } = await platform.program("postgres");
  return (await withClient(postgresUrl(port, databaseName), (client) => client.query(text, values))).rows;
}

/** Makes a transaction; resolves with its id and the request's. */
async function pay() {
  const post = (path: string, fields: Record<string, string>) =>
    fetch(`${platform.url}${path}`, { method: "POST", body: new URLSearchParams(fields) });
  const login = await post("/authentication/token", { username: "alice", password: "password" });
  const { token }: { token: string } = JSON.parse(await login.text());
  const answer = await post("/transactions", { token, amount: "2000", currency: "GBP" });
  const { id }: { id: string } = JSON.parse(await answer.text());
  return { transaction: id, request: answer.headers.get("x-request-id") ?? "" };
}

describe("a transaction that is followed", () => {
  test("is shown from the router to its award, in order, with times and its job", async () => {
    const { transaction, request } = await pay();
    await visit(browser, `${platform.url}/#/requests/${request}`, async ({ page, said }) => {
      await page.getByText("is processed").waitFor();
      const steps = await page.locator(".way li").allTextContents();
      expect(steps).toEqual([
        expect.stringMatching(/^router POST \/.*200/),
        expect.stringMatching(/^transactions POST \/.*200.*took [\d.]+ ms/),
        expect.stringMatching(/^loyalty-transactions send loyalty-transactions/),
        expect.stringMatching(/^loyalty-[12] process loyalty-transactions.*took [\d.]+ ms/),
      ]);
      expect(await page.locator("main").textContent()).toContain(transaction);
      expect(said).toEqual([]);
    });
  });

  test("is found by its own id as well", async () => {
    const { transaction, request } = await pay();
    await visit(browser, `${platform.url}/#/requests/${transaction}`, async ({ page }) => {
      await page.locator("p.id", { hasText: request }).waitFor();
      await page.getByText("is processed").waitFor();
    });
  });

  test("is shown waiting while no worker runs, and processed once one does", async () => {
    await platform.control.scale(0);
    const { request } = await pay();
    await visit(browser, `${platform.url}/#/requests/${request}`, async ({ page }) => {
      await page.getByText("is waiting").waitFor();
      await platform.control.scale(1);
      await page.getByText("is processed").waitFor();
    });
    await platform.control.scale(2);
  });
});

const queueFigure = (page: Page, name: string) =>
  page.locator(`[data-queue="loyalty-transactions"] [data-figure="${name}"]`);

describe("the queues", () => {
  test("show what waits, since when and how fast it is done, and let workers be scaled", async () => {
    await platform.control.scale(0);
    await visit(browser, `${platform.url}/#/queues`, async ({ page, said }) => {
      await queueFigure(page, "waiting").filter({ hasText: /^0$/ }).waitFor();
      await Promise.all([pay(), pay()]);
      await queueFigure(page, "waiting").filter({ hasText: /^2$/ }).waitFor();
      expect(await queueFigure(page, "oldest waits").textContent()).toMatch(/^\d+ s$/);
      await page.getByLabel("processes of each worker").fill("2");
      await page.getByRole("button", { name: "scale" }).click();
      await queueFigure(page, "waiting").filter({ hasText: /^0$/ }).waitFor();
      await queueFigure(page, "processed/s")
        .filter({ hasText: /^0\.[1-9]/ })
        .waitFor();
      await page.getByText("2 of 2 processes").waitFor();
      expect(said).toEqual([]);
    });
  });

  test("show dead letters as text, and replay those that can be", async () => {
    const attack = `<img src=x onerror="document.title='owned'">`;
    const { transaction } = await pay();
    // Otherwise its first award might come after it was taken back, and its second would find nothing to do.
    const awarded = "SELECT FROM loyalty.transactions WHERE id = $1 AND awarded_at IS NOT NULL";
    while ((await sql(awarded, [transaction])).length === 0) await new Promise(setImmediate);
    await sql("UPDATE loyalty.transactions SET awarded_at = NULL, stamps = NULL WHERE id = $1", [transaction]);
    const insert =
      "INSERT INTO loyalty.dead_letters (job_id, payload, reason, attempts) VALUES ($1, $2, $3, 6) RETURNING id";
    const [good] = await sql(insert, [transaction, payloadOf(transaction), attack]);
    const [forged] = await sql(insert, [attack, attack, "forged"]);
    await visit(
      browser,
      `${platform.url}/#/queues`,
      async ({ page }) => {
        const letter = (id: string) => page.locator(`[data-letter="${id}"]`);
        await letter(good.id).getByText(attack).waitFor();
        expect(await page.locator("main img").count()).toBe(0);
        expect(await accessibilityFaults(page)).toEqual([]);
        await page.getByRole("button", { name: `replay ${forged.id}` }).click();
        await page.getByRole("alert").filter({ hasText: "names no transaction" }).waitFor();
        await page.getByRole("button", { name: `replay ${good.id}` }).click();
        await letter(good.id).waitFor({ state: "detached" });
        expect(await letter(forged.id).count()).toBe(1);
        expect(await page.title()).toBe("Platform");
      },
      { bypassCSP: true },
    );
    while ((await sql(awarded, [transaction])).length === 0) await new Promise(setImmediate);
    await visit(browser, `${platform.url}/#/requests/${transaction}`, async ({ page }) => {
      await page.getByText("is processed").waitFor();
      // What is processed is not asked for again, and the line of the second time may come after the page.
      const again = page.locator('[data-kind="CONSUMER"]').nth(1);
      while (!(await again.isVisible())) {
        await page.reload();
        await page.getByText("is processed").waitFor();
      }
    });
    await sql("TRUNCATE loyalty.dead_letters");
  });

  test.each(["http://attacker.example", "null"])("are not changed from a page of %s", async (origin) => {
    for (const [path, body] of [
      ["/console/scale", { workers: 0 }],
      ["/console/replay", { ids: "all" }],
    ] as const) {
      const headers = { origin, "content-type": "text/plain" };
      const answer = await fetch(`${platform.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
      expect([path, answer.status]).toEqual([path, 403]);
    }
    expect((await platform.status()).programs.filter(({ kind }) => kind === "worker")).toHaveLength(2);
  });

  test.each([{ workers: -1 }, { workers: 65 }, { workers: "2" }, {}])("are not scaled to %j", async (body) => {
    const answer = await fetch(`${platform.url}/console/scale`, { method: "POST", body: JSON.stringify(body) });
    expect(answer.status).toBe(400);
  });
});

test("the database shows its size, the services' slowest statements, and which migrations it lacks", async () => {
  await pay();
  const names = readdirSync("migrations").map((file) => file.replace(/\.ts$/, ""));
  await sql("DELETE FROM pgmigrations WHERE name = $1", [names.at(-1)]);
  await visit(
    browser,
    `${platform.url}/#/database`,
    async ({ page }) => {
      await page.getByText(/^[\d.]+ MB, \d+ connections$/).waitFor();
      const statement = page.getByLabel("table of statements").locator("tr", { hasText: "WITH draft AS" });
      expect(await statement.textContent()).toMatch(/[\d.]+ ms.*loyalty/);
      const states = page.locator("[data-migration]");
      expect(await states.allTextContents()).toEqual([
        ...names.slice(0, -1).map((name) => expect.stringMatching(`^${name}applied `)),
        `${names.at(-1)}pending`,
      ]);
      expect(await accessibilityFaults(page)).toEqual([]);
    },
    { bypassCSP: true },
  );
});
