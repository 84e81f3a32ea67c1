import axe from "axe-core";
import type { Page } from "playwright-core";

/** What axe-core finds wrong with a page as it is. */
export async function barriersOn(page: Page): Promise<string[]> {
  // The page's policy refuses scripts of others, but not the debugger's.
  await page.evaluate(axe.source);
  return page.evaluate(
    `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")))`,
  );
}
