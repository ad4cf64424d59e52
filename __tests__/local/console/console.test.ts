import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { RunningPlatform } from "../running-platform";
import { accessibilityFaults, openBrowser, type Visit, visit } from "./browser";

let platform: RunningPlatform;
let browser: Browser;
beforeAll(async () => {
  platform = await RunningPlatform.prepare();
  await platform.up();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await platform.end();
});

const open = <T>(path: string, look: (visit: Visit) => Promise<T>, options = {}) =>
  visit(browser, `${platform.url}${path}`, look, options);
const say = (text: string) => fetch(`${platform.url}/web/say?text=${encodeURIComponent(text)}`);
const stateOf = (page: Page, service: string) => page.locator(`[data-service="${service}"] .state`);
const lines = (page: Page) => page.locator("[role=option]");
const waitForLine = (page: Page, text: string) => lines(page).filter({ hasText: text }).first().waitFor();

/** It would run if it became markup, and be seen. */
const attack = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

describe("the console", () => {
  test("shows each service up, with its build, its age and the way to its API reference, and no error in its own console", () =>
    open("/", async ({ page, said, asked }) => {
      await stateOf(page, "web").filter({ hasText: "up" }).waitFor();
      await stateOf(page, "worker").filter({ hasText: "up" }).waitFor();
      expect(await page.locator("#summary").textContent()).toBe("Everything is up");
      expect(await page.locator('[data-service="web"]').textContent()).toMatch(/up \d+ s.*build [0-9a-f]{7}/);
      expect(await page.locator('[data-service="worker"]').textContent()).toContain("2 of 2 processes");
      expect(await page.locator('a[href="/console/reference/web"]').count()).toBe(1);
      expect(said).toEqual([]);
      expect([...asked].filter((origin) => origin !== "null")).toEqual([platform.url]);
    }));

  test("shows the requests, percentiles and errors of a service, and a line of each", () =>
    open("/#/services/web", async ({ page }) => {
      const figure = (name: string) => page.locator(`[data-figure="${name}"]`);
      await figure("errors").filter({ hasText: /^0$/ }).waitFor();
      await Promise.all(
        ["/greeting", "/greeting", "/slow", "/fail"].map((path) => fetch(`${platform.url}/web${path}`)),
      );
      await figure("errors").filter({ hasText: /^1$/ }).waitFor();
      // The slow one takes 300 ms, which the next figures may show first.
      await figure("p95")
        .filter({ hasText: /^(29[7-9]|[3-9]\d\d|\d{4,}) ms$/ })
        .waitFor();
      expect(Number.parseFloat((await figure("rate").textContent()) ?? "")).toBeGreaterThan(0);
      const [p50, p95] = await Promise.all(["p50", "p95"].map((name) => figure(name).textContent()));
      expect(Number.parseFloat(p50 ?? "")).toBeLessThanOrEqual(Number.parseFloat(p95 ?? ""));
      const charts = await page.getByRole("img").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
      expect(charts.map((label) => label?.replace(/ over.*/, ""))).toEqual(["requests", "answered in", "errors"]);
    }));

  test("shows the log of a service live, and of it what the filter leaves", () =>
    open("/#/services/web", async ({ page }) => {
      await waitForLine(page, "web listens");
      await say("the first apple");
      await say("a pear");
      await waitForLine(page, "a pear");
      await page.getByLabel("filter").fill("apple FIRST");
      await page.locator("[data-count='1']").waitFor();
      expect(await lines(page).allTextContents()).toEqual([expect.stringContaining("the first apple")]);
      await page.getByLabel("filter").fill("");
      await say('{"level":"error","time":0,"msg":"it broke"}');
      await waitForLine(page, "it broke");
      await page.getByLabel("least level").selectOption("error");
      await lines(page).filter({ hasText: "a pear" }).first().waitFor({ state: "detached" });
      await waitForLine(page, "it broke");
    }));

  test("shows a service that hangs as down within five seconds, and as up when it goes on", async () => {
    const { pid = 0 } = await platform.program("web");
    await open("/", async ({ page }) => {
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

  test("shows how often a service ended by itself, when and how", () =>
    open("/#/services/web", async ({ page }) => {
      await fetch(`${platform.url}/web/exit?code=9`).catch(() => undefined);
      await page.getByText("1 restart").waitFor();
      await page.locator(".exits li").filter({ hasText: "web: exit code 9" }).waitFor();
      await stateOf(page, "web").filter({ hasText: "up" }).waitFor();
    }));

  test("shows workers that were stopped as down within five seconds", async () => {
    await open("/", async ({ page }) => {
      await stateOf(page, "worker").filter({ hasText: "up" }).waitFor();
      await platform.control.scale(0);
      await stateOf(page, "worker").filter({ hasText: "down" }).waitFor({ timeout: 5_000 });
    });
    await platform.control.scale(2);
  });

  test("lists the latest requests, and shows a failed one with its error", () =>
    open("/#/requests", async ({ page }) => {
      const answer = await fetch(`${platform.url}/web/fail?secret=1`);
      const id = answer.headers.get("x-request-id") ?? "";
      const row = page.locator("tbody tr").filter({ has: page.locator(`a[href="#/requests/${id}"]`) });
      expect(await row.textContent()).toMatch(/500webGET \/fail/);
      await row.getByRole("link").click();
      const failed = page.locator(".way .failed");
      await failed.filter({ hasText: "the shelf fell" }).waitFor();
      expect(await failed.filter({ hasText: "router" }).textContent()).toContain("GET /fail");
      await page.getByText("stack", { exact: true }).click();
      expect(await page.locator("pre").textContent()).toContain("at shelf.ts:3");
    }));

  test("goes to a request by its id, and says so when nothing is known of it", () =>
    open("/#/requests", async ({ page }) => {
      await page.getByLabel("id of a request").fill("nobody-knows-me");
      await page.keyboard.press("Enter");
      await page.getByText("Nothing is known of it").waitFor();
      expect(await page.locator("p.id").textContent()).toBe("nobody-knows-me");
    }));

  test("shows why a change does not build while the code before it serves, until it is mended", async () => {
    const file = join(platform.sources, "web/main.ts");
    const sound = readFileSync(file, "utf8");
    await open("/#/services/web", async ({ page }) => {
      await stateOf(page, "web").filter({ hasText: "up" }).waitFor();
      writeFileSync(file, `${sound}\nconst = 1;\n`);
      await page.locator(".reason pre", { hasText: /web\/main\.ts:\d+:\d+: ERROR/ }).waitFor();
      expect((await fetch(`${platform.url}/web/greeting`)).status).toBe(200);
      expect(await stateOf(page, "web").textContent()).toBe("up");
      writeFileSync(file, sound);
      await page.locator(".reason pre").waitFor({ state: "detached" });
    });
  });

  test("shows after some seconds why a service is not ready", async () => {
    const file = join(platform.sources, "web/main.ts");
    const sound = readFileSync(file, "utf8");
    await open("/#/services/web", async ({ page }) => {
      writeFileSync(file, 'process.stdout.write("warming up\\n");\nsetInterval(() => {}, 1_000);\n');
      await page.locator(".reason", { hasText: /not ready after 5 s: .* does not listen on .*warming up$/ }).waitFor();
      writeFileSync(file, sound);
      await stateOf(page, "web").filter({ hasText: "up" }).waitFor();
    });
  });

  test("never makes markup of a line, whatever is in it, nor of what it is asked to show", async () => {
    await say(attack);
    await say(JSON.stringify({ level: "info", time: 0, msg: attack, requestId: attack, [attack]: attack }));
    const failed = await fetch(`${platform.url}/web/fail?text=${encodeURIComponent(attack)}`);
    for (const path of [
      "/#/requests",
      `/#/requests/${failed.headers.get("x-request-id")}`,
      `/#/requests/${encodeURIComponent(attack)}`,
      "/#/services/web",
      `/#/services/${encodeURIComponent(attack)}`,
      `/#/${encodeURIComponent(attack)}`,
    ]) {
      await open(path, async ({ page, said }) => {
        await page.locator("main *").first().waitFor();
        if (path === "/#/services/web") {
          const line = lines(page).filter({ hasText: "onerror" });
          await line.nth(1).waitFor();
          expect(await line.first().textContent()).toContain(attack);
          await line.nth(1).click();
          expect(await page.getByLabel("the chosen line").textContent()).toContain(attack);
        }
        expect(await page.locator("main img, main script").count()).toBe(0);
        expect(await page.title()).toBe("Platform");
        expect(said).toEqual([]);
      });
    }
  });

  test("is worked by keys alone: to the log, from line to line, and into the chosen one", () =>
    open("/", async ({ page }) => {
      await page.locator('[data-service="web"] h3 a').focus();
      await page.keyboard.press("Enter");
      await waitForLine(page, "web listens");
      expect(await page.evaluate("document.activeElement?.id")).toBe("main");
      await page.locator("button[aria-pressed]").focus();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Home");
      expect(await page.locator("[aria-selected=true]").textContent()).toContain("web listens");
      await page.keyboard.press("ArrowDown");
      expect(await page.locator("[aria-selected=true]").textContent()).not.toContain("web listens");
      expect(await page.getByLabel("the chosen line").count()).toBe(1);
    }));

  test.each([
    ["light", { colorScheme: "light" }],
    ["dark", { colorScheme: "dark" }],
    ["a phone's width", { viewport: { width: 390, height: 844 } }],
  ])("has no fault that axe finds and fits its window, in %s", async (_, options) => {
    await say('{"level":"warn","time":0,"msg":"look out"}');
    const id = (await fetch(`${platform.url}/web/fail`)).headers.get("x-request-id");
    const look = async ({ page }: Visit) => {
      for (const path of ["/", "/#/services/web", "/#/logs", "/#/requests", `/#/requests/${id}`]) {
        await page.goto(`${platform.url}${path}`);
        // Another part of the same document alone would leave on it what was shown before.
        await page.reload();
        await page.locator("[data-service], [role=option], tbody td").first().waitFor();
        expect([path, await accessibilityFaults(page)]).toEqual([path, []]);
        const tooWide = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
        expect([path, tooWide]).toEqual([path, false]);
      }
    };
    await open("/", look, { bypassCSP: true, ...options });
  });

  test("with ten thousand lines has no more elements than the window shows", () =>
    open("/#/services/web", async ({ page }) => {
      await waitForLine(page, "web listens");
      await fetch(`${platform.url}/web/say?text=many&times=12000`);
      await page.locator("[data-count='10000']").waitFor();
      expect(await lines(page).count()).toBeLessThan(100);
      await page.getByLabel("filter").fill("many 11999");
      await page.locator("[data-count='1']").waitFor();
    }));

  test("says so when the router itself does not answer, and goes on when it does", async () => {
    const { pid = 0 } = await platform.program("router");
    await open("/", async ({ page }) => {
      await stateOf(page, "web").waitFor();
      process.kill(pid, "SIGSTOP");
      try {
        await page.locator("#summary", { hasText: "The router does not answer" }).waitFor();
      } finally {
        process.kill(pid, "SIGCONT");
      }
      await page.locator("#summary", { hasText: "Everything is up" }).waitFor();
    });
  });

  test("answers no other host, and lets no other page be its frame", async () => {
    const page = await fetch(platform.url);
    expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self';");
    for (const path of ["/", "/console/page.js", "/console/events", "/console/reference/web"]) {
      const { status, headers } = await fetch(`${platform.url}${path}`, {
        headers: { origin: "http://attacker.example" },
        signal: AbortSignal.timeout(5_000),
      });
      expect([path, status, headers.get("access-control-allow-origin")]).toEqual([path, 200, null]);
    }
  });
});

describe("the API reference", () => {
  const reference = "/console/reference/web";

  test("shows the service's operations out of the packages alone, without an error", () =>
    open(reference, async ({ page, said, asked }) => {
      await page.getByText("Says hello").waitFor();
      expect(await page.getByRole("button", { name: "Authorize" }).count()).toBe(1);
      expect([...asked].filter((origin) => origin !== "null")).toEqual([platform.url]);
      expect(said).toEqual([]);
    }));

  test("tries an operation, and leads to what became of the request", () =>
    open(reference, async ({ page }) => {
      await page.getByText("Says hello").click();
      await page.getByRole("button", { name: "Execute" }).click();
      await page.locator(".live-responses-table").getByText("hello").first().waitFor();
      const href = await page.locator("#follow a").getAttribute("href");
      expect(href).toMatch(/^\/#\/requests\/[0-9a-f-]{36}$/);
    }));

  test("of a service that is not there is a 404", async () => {
    expect((await fetch(`${platform.url}/console/reference/nobody`)).status).toBe(404);
  });
});
