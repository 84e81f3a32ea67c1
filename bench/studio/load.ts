import type { Browser, Page } from "playwright-core";
import { openTab } from "../../test/studio/tab.js";

/** What a visitor waits for. */
export interface Load {
  /** From opening a lesson to its model's first step, with nothing cached. */
  readonly motionMs: number;
  /** Bytes before compression of scripts that the list of lessons loads. */
  readonly listBytes: number;
  /** The same of a lesson that trains, with its worker's. */
  readonly lessonBytes: number;
  readonly wasmBytes: number;
}

export async function loadOf(browser: Browser, url: string): Promise<Load> {
  const list = await filesOf(browser, url, (page) =>
    page.waitForSelector(".lesson-list a").then(() => 0),
  );
  const lesson = await filesOf(browser, `${url}?lesson=vae`, async (page) => {
    await page.waitForSelector('.progress:not([data-step="0"])');
    return (await page.evaluate("performance.now()")) as number;
  });
  return {
    motionMs: lesson.value,
    listBytes: list.scripts,
    lessonBytes: lesson.scripts,
    wasmBytes: lesson.wasm,
  };
}

/** Bytes of the files that a page asks for until it is ready, and what `ready` measured. */
async function filesOf(
  browser: Browser,
  url: string,
  ready: (page: Page) => Promise<number>,
): Promise<{ readonly value: number; readonly scripts: number; readonly wasm: number }> {
  const { page } = await openTab(browser, "about:blank");
  const bytes: Promise<readonly [path: string, size: number]>[] = [];
  page.context().on("response", (response) => {
    const { pathname } = new URL(response.url());
    bytes.push(response.body().then((body) => [pathname, body.length] as const));
  });
  await page.goto(url);
  const value = await ready(page);
  const files = await Promise.all(bytes);
  await page.context().close();
  const sum = (end: RegExp) =>
    files.filter(([path]) => end.test(path)).reduce((total, [, size]) => total + size, 0);
  return { value, scripts: sum(/\.m?js$/), wasm: sum(/\.wasm$/) };
}
