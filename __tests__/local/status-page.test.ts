import { type Browser, type ConsoleMessage, chromium, type Page } from "playwright-core";
import { RunningPlatform } from "./running-platform";

let platform: RunningPlatform;
let browser: Browser;
beforeAll(async () => {
  platform = await RunningPlatform.prepare();
  await platform.up();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
});
afterAll(async () => {
  await browser?.close();
  await platform.end();
});

/** Opens the page, shows it to `look`, and returns what the console said meanwhile. */
async function visit(look: (page: Page) => Promise<void>): Promise<string[]> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const said: string[] = [];
  page.on("console", (message: ConsoleMessage) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  await page.goto(platform.url);
  await look(page);
  await context.close();
  return said;
}

const stateOf = (page: Page, service: string) => page.locator(`[data-service="${service}"] .state`);

describe("the status page", () => {
  test("shows each service up, with its build, its age and the way to its docs, and no error in the console", async () => {
    const said = await visit(async (page) => {
      await stateOf(page, "web").filter({ hasText: "up" }).waitFor();
      await stateOf(page, "worker").filter({ hasText: "up" }).waitFor();
      expect(await page.locator("#summary").textContent()).toBe("Everything is up");
      expect(await page.locator('[data-service="web"]').textContent()).toMatch(/up \d+ s.*build [0-9a-f]{7}/);
      expect(await page.locator('[data-service="worker"]').textContent()).toContain("2 of 2 processes");
      expect(await page.locator('a[href="/web/docs"]').count()).toBe(1);
    });
    expect(said).toEqual([]);
  });

  test("asks nobody but the router for anything", async () => {
    const asked: string[] = [];
    const context = await browser.newContext();
    const page = await context.newPage();
    page.on("request", (request) => asked.push(new URL(request.url()).origin));
    await page.goto(platform.url);
    await stateOf(page, "web").waitFor();
    await context.close();
    expect([...new Set(asked)].filter((origin) => origin !== "null")).toEqual([platform.url]);
  });

  test("shows a service that hangs as down within five seconds, and as up when it goes on", async () => {
    const { pid = 0 } = await platform.program("web");
    await visit(async (page) => {
      await stateOf(page, "web").filter({ hasText: "up" }).waitFor();
      process.kill(pid, "SIGSTOP");
      try {
        await stateOf(page, "web").filter({ hasText: "down" }).waitFor({ timeout: 5_000 });
        expect(await page.locator("#summary").textContent()).toBe("web is not up");
      } finally {
        process.kill(pid, "SIGCONT");
      }
      await stateOf(page, "web").filter({ hasText: "up" }).waitFor({ timeout: 5_000 });
    });
  });

  test("shows workers that were stopped as down within five seconds", async () => {
    await visit(async (page) => {
      await stateOf(page, "worker").filter({ hasText: "up" }).waitFor();
      await platform.control.scale(0);
      await stateOf(page, "worker").filter({ hasText: "down" }).waitFor({ timeout: 5_000 });
    });
    await platform.control.scale(2);
  });

  test("says so when the router itself is gone", async () => {
    await visit(async (page) => {
      await stateOf(page, "web").waitFor();
      await page.route("**/status", (route) => route.abort());
      await page.locator("#summary", { hasText: "The router does not answer" }).waitFor({ timeout: 5_000 });
    });
  });
});
