import type { Browser } from "playwright-core";
import { openTab } from "../../test/studio/tab.js";

/** What a visitor waits for. */
export interface Load {
  /** From opening a lesson to its model's first step, with nothing cached; of each try. */
  readonly motionMs: readonly number[];
  /** Bytes before compression of scripts that the list of lessons loads. */
  readonly listBytes: number;
  /** The same of a lesson that trains, with its worker's. */
  readonly lessonBytes: number;
  readonly wasmBytes: number;
}

const TRIES = 5;
const FIRST_STEP = '.progress:not([data-step="0"])';

export async function loadOf(browser: Browser, url: string): Promise<Load> {
  const lesson = `${url}?lesson=vae`;
  const motionMs = [];
  for (let tries = 0; tries < TRIES; tries++) motionMs.push(await firstStepMs(browser, lesson));
  const list = await bytesUntil(browser, url, ".lesson-list a");
  const learning = await bytesUntil(browser, lesson, FIRST_STEP);
  return {
    motionMs,
    listBytes: list.scripts,
    lessonBytes: learning.scripts,
    wasmBytes: learning.wasm,
  };
}

/**
 * When the page itself shows the first step. Asking from outside whether it does would add the time of
 * the question, up to half a second.
 */
async function firstStepMs(browser: Browser, url: string): Promise<number> {
  const { page } = await openTab(browser, "about:blank");
  await page.addInitScript(`{
    const watch = new MutationObserver(() => {
      if (document.querySelector('${FIRST_STEP}') === null) return;
      watch.disconnect();
      performance.mark("first step");
    });
    watch.observe(document, { subtree: true, childList: true, attributes: true });
  }`);
  await page.goto(url);
  await page.waitForSelector(FIRST_STEP);
  const ms = await page.evaluate(`performance.getEntriesByName("first step")[0].startTime`);
  await page.context().close();
  return ms as number;
}

/** Bytes of the files that a page asks for until it shows something. */
async function bytesUntil(
  browser: Browser,
  url: string,
  shown: string,
): Promise<{ readonly scripts: number; readonly wasm: number }> {
  const { page } = await openTab(browser, "about:blank");
  const bytes: Promise<readonly [path: string, size: number]>[] = [];
  page.context().on("response", (response) => {
    const { pathname } = new URL(response.url());
    bytes.push(response.body().then((body) => [pathname, body.length] as const));
  });
  await page.goto(url);
  await page.waitForSelector(shown);
  const files = await Promise.all(bytes);
  await page.context().close();
  const sum = (end: RegExp) =>
    files.filter(([path]) => end.test(path)).reduce((total, [, size]) => total + size, 0);
  return { scripts: sum(/\.m?js$/), wasm: sum(/\.wasm$/) };
}
