import { execFileSync } from "node:child_process";
import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const onPath = (program: string) => execFileSync("which", [program], { encoding: "utf8" }).trim();

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? onPath("chromium"),
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });

export interface Visit {
  readonly page: Page;
  /** What the page's own console and its errors said. */
  readonly said: readonly string[];
  /** The origins that it asked for anything. */
  readonly asked: ReadonlySet<string>;
}

/** Opens an address, shows it to `look`, and closes it. */
export async function visit<T>(
  browser: Browser,
  url: string,
  look: (visit: Visit) => Promise<T>,
  options: BrowserContextOptions = {},
): Promise<T> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const said: string[] = [];
  const asked = new Set<string>();
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  page.on("request", (request) => asked.add(new URL(request.url()).origin));
  try {
    await page.goto(url);
    return await look({ page, said, asked });
  } finally {
    await context.close();
  }
}

/** What axe finds, as `rule: element`. The page's policy must be bypassed (`bypassCSP`) to let it in. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: what the source above defined
    const { violations } = await (globalThis as any).axe.run();
    return violations.flatMap(({ id, nodes }: { id: string; nodes: { html: string }[] }) =>
      nodes.map(({ html }) => `${id}: ${html}`),
    );
  });
}
