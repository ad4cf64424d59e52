import type { Browser } from "playwright-core";
import { RunningPlatform } from "../running-platform";
import { openBrowser, visit } from "./browser";

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
