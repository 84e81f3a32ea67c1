import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { preview } from "vite";

const configFile = fileURLToPath(new URL("../../src/studio/vite.config.ts", import.meta.url));
/** Where `npm run studio:build` puts the page. */
export const SITE = fileURLToPath(new URL("../../dist/studio/site", import.meta.url));

/** Serves the built page as any web host would. */
export async function serveSite(): Promise<{ url: string; close(): Promise<void> }> {
  if (!existsSync(`${SITE}/index.html`)) throw new Error("first: npm run studio:build");
  const server = await preview({ configFile, preview: { host: "127.0.0.1", port: 0 } });
  return { url: server.resolvedUrls!.local[0], close: () => server.close() };
}

/** A tab, and everything that went wrong in it. */
export interface Tab {
  readonly page: Page;
  /** Errors of the console, exceptions, and requests to other hosts. */
  readonly troubles: string[];
}

export async function openTab(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Tab> {
  const context = await browser.newContext({ locale: "en-US", ...options });
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const troubles: string[] = [];
  const { origin } = new URL(url);
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => troubles.push(`exception: ${error.message}`));
  page.on("request", (request) => {
    const asked = new URL(request.url());
    if (asked.origin !== origin && asked.protocol !== "blob:" && asked.protocol !== "data:") {
      troubles.push(`request to another host: ${request.url()}`);
    }
  });
  await page.goto(url);
  return { page, troubles };
}

/** Waits until an expression is true in a page, whose policy forbids what Playwright waits with. */
export async function until(page: Page, expression: string): Promise<void> {
  for (let tries = 0; tries < 1200; tries++) {
    if (await page.evaluate(expression)) return;
    await page.waitForTimeout(100);
  }
  throw new Error(`never true: ${expression}`);
}
