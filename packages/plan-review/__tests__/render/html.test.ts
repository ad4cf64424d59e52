import { execFileSync } from "node:child_process";
import { type Browser, chromium } from "playwright-core";
import { toHtml } from "../../src/render/html";
import { type PlannedStack, reviewOf } from "../plans";

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? execFileSync("which", ["chromium"], { encoding: "utf8" }).trim(),
    args: ["--no-sandbox"],
  });
});
afterAll(() => browser.close());

/** Opens the page of a review as an operator does, and notes whatever the browser complains of. */
async function open(stack: PlannedStack, colorScheme: "light" | "dark" = "light") {
  const page = await browser.newPage({ colorScheme, viewport: { width: 1_280, height: 720 } });
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on(
    "request",
    ({ url }) => !url().startsWith("data:") && url() !== "about:blank" && complaints.push(`asks ${url()}`),
  );
  await page.setContent(toHtml(await reviewOf(stack)));
  return { page, complaints };
}

const database = {
  type: "aws_rds_cluster",
  name: "cluster",
  before: { deletion_protection: true, port: 1 },
  after: { deletion_protection: false, port: 2 },
};

test("the verdict is seen without scrolling, details fold and open, and the browser complains of nothing", async () => {
  const { page, complaints } = await open({ changes: [database] });
  const verdict = page.locator("h1");
  expect(await verdict.textContent()).toBe("Stoptest");
  expect((await verdict.boundingBox())?.y).toBeLessThan(200);
  const detail = page.locator(".change li", { hasText: "deletion_protection" });
  expect(await detail.isVisible()).toBe(false);
  await page.locator(".change > summary").click();
  expect(await detail.isVisible()).toBe(true);
  expect(complaints).toEqual([]);
});

test.each(["light", "dark"] as const)("text stands out from its ground in %s", async (scheme) => {
  const { page } = await open({ changes: [database] }, scheme);
  const colors = (selector: string, property: string) =>
    page.evaluate<string>(`getComputedStyle(document.querySelector("${selector}")).getPropertyValue("${property}")`);
  expect(contrast(await colors("body", "color"), await colors("body", "background-color"))).toBeGreaterThan(7);
  expect(contrast(await colors("h1", "color"), await colors("header", "background-color"))).toBeGreaterThan(4.5);
  expect(contrast(await colors(".badge", "color"), await colors("section", "background-color"))).toBeGreaterThan(4.5);
});

test("names and values full of HTML run nothing, wherever they stand", async () => {
  const attack = `"'><img src=x onerror="document.title='run'"><script>document.title='run'</script>`;
  const { page } = await open({
    stack: attack,
    changes: [
      { type: attack, name: attack, before: { [attack]: "old" }, after: { [attack]: attack } },
      { name: "listed", before: { a: ["x"] }, after: { a: [attack] }, unknown: { [attack]: true } },
      { name: "gone", type: "aws_s3_bucket", before: { a: attack } },
    ],
    drift: [{ name: attack, before: { a: "x" }, after: { a: attack } }],
  });
  for (const detail of await page.locator("details").all())
    await detail.evaluate((one) => one.setAttribute("open", ""));
  expect(await page.title()).toBe("Stop: test");
  expect(await page.locator("main img, main script").count()).toBe(0);
  expect(await page.locator("main").textContent()).toContain("<script>document.title='run'</script>");
});

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const luminance = (color: string) => {
    const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map((part) => {
      const share = Number(part) / 255;
      return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}
