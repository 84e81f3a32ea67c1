import { mkdtempSync, rmSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Studio, startStudio } from "../dist/studio/server/start.js";
import { lessonIds } from "../src/studio/lessons/order.js";
import { CHROMIUM, hasChromium, launch } from "./chromium.js";
import { barriersOn } from "./studio/axe.js";
import { openTab, SITE, serveSite, until } from "./studio/tab.js";

// Browsers and threads start slowly on a machine that has other work.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const MOST_SCRIPT = 1.5e6;

describe.skipIf(!hasChromium)(`the studio's lessons (skipped without ${CHROMIUM})`, () => {
  let site: Awaited<ReturnType<typeof serveSite>>;
  let browser: Browser;
  beforeAll(async () => {
    site = await serveSite();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  const lessonUrl = (id: string, rest = "") => `${site.url}?lesson=${id}${rest}`;

  test("the first script is small", async () => {
    const names = (await readdir(`${SITE}/assets`)).filter((name) => name.endsWith(".js"));
    const first = names.filter((name) => name.startsWith("index-"));
    expect(first.length).toBeGreaterThan(0);
    const sizes = await Promise.all(
      first.map(async (name) => (await stat(`${SITE}/assets/${name}`)).size),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_SCRIPT);
  });

  test.each(["en-US", "ko-KR"])("the list has every lesson and no barrier (%s)", async (locale) => {
    const { page, troubles } = await openTab(browser, site.url, { locale });
    const links = page.locator(".lesson-list a");
    expect(await links.count()).toBe(lessonIds.length);
    expect(await barriersOn(page)).toEqual([]);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  const onPhone = { colorScheme: "dark", viewport: { width: 360, height: 740 } } as const;

  // One visit for all of it: to open a page takes longer than what is tested there.
  test.each(lessonIds)(
    "%s moves at once, learns, starts again to the same pictures, and has no barrier on a phone in the dark, in either language",
    async (id) => {
      const { page, troubles } = await openTab(browser, lessonUrl(id), onPhone);
      // Counting is over before one looks.
      await page.waitForSelector('.progress:is([data-status="running"], [data-status="finished"])');
      await learnAndPause(page);
      await startAgain(page);
      const first = await picturesAfterSteps(page, 3);
      expect(await flawsOf(page)).toEqual([]);
      await startAgain(page);
      expect(await picturesAfterSteps(page, 3)).toEqual(first);
      await page.getByLabel("Language").selectOption("ko");
      await page.waitForSelector('html[lang="ko"]');
      expect(await flawsOf(page)).toEqual([]);
      expect(troubles).toEqual([]);
      await page.context().close();
    },
  );

  test("nothing moves before it is asked to where the visitor wants little motion", async () => {
    const options = { reducedMotion: "reduce" } as const;
    const { page, troubles } = await openTab(browser, lessonUrl("vae"), options);
    await page.waitForSelector('.progress[data-status="paused"][data-step="0"]');
    await takeSteps(page, 1);
    expect(troubles).toEqual([]);
    await page.context().close();
  });
});

describe.skipIf(!hasChromium)(
  `lessons on the server's engine (skipped without ${CHROMIUM})`,
  () => {
    let folder: string;
    let studio: Studio;
    let browser: Browser;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "figment-lessons-"));
      studio = await startStudio({ port: 0, runs: join(folder, "runs") });
      browser = await launch();
    });
    afterAll(async () => {
      await browser?.close();
      await studio?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    test.each(lessonIds)("%s starts, learns past its gate, steps, and starts again", async (id) => {
      const { page, troubles } = await openTab(browser, `${studio.url}?lesson=${id}`);
      await learnAndPause(page);
      await startAgain(page);
      // Troubles of the session that was left come a little later.
      await picturesAfterSteps(page, 1);
      expect(troubles).toEqual([]);
      await page.context().close();
    });
  },
);

/** Waits until the model has learned what it should, and pauses it unless it is done. */
async function learnAndPause(page: Page): Promise<void> {
  await page.waitForSelector('.progress[data-learned="true"]');
  const pause = page.getByRole("button", { name: "Pause" });
  if ((await pause.count()) > 0) await pause.click({ timeout: 5000 }).catch(() => undefined);
  await page.waitForSelector('.progress:is([data-status="paused"], [data-status="finished"])');
}

/** Starts a training that is not running again. */
async function startAgain(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Start again" }).click();
  await page.waitForSelector(
    '.progress[data-status="paused"][data-step="0"][data-learned="false"]',
  );
}

/** What keeps a visitor from using a page: barriers, and what reaches beyond its side. */
async function flawsOf(page: Page): Promise<string[]> {
  const wider = await page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
  return [...(await barriersOn(page)), ...(Number(wider) <= 0 ? [] : [`${wider} pixels too wide`])];
}

/** Takes single steps from the start. */
async function takeSteps(page: Page, steps: number): Promise<void> {
  await page.waitForSelector('.progress[data-status="paused"]');
  for (let step = 1; step <= steps; step++) {
    // A model that only counts is done after one.
    if ((await page.locator('.progress[data-status="finished"]').count()) > 0) break;
    await page.getByRole("button", { name: "One step", exact: true }).click({ force: true });
    await until(
      page,
      `(({ step, status }) => status === "finished" || (status === "paused" && Number(step) >= ${step}))(document.querySelector(".progress").dataset)`,
    );
  }
}

/** Every canvas of the page after some single steps from the start. */
async function picturesAfterSteps(page: Page, steps: number): Promise<string[]> {
  await takeSteps(page, steps);
  return settledPictures(page);
}

/** Every canvas of the stage, once it has not changed for a while. */
async function settledPictures(page: Page): Promise<string[]> {
  const look = (): Promise<string[]> =>
    page.evaluate(
      `[...document.querySelectorAll(".stage canvas:not(.uplot canvas)")].map((canvas) => canvas.toDataURL())`,
    );
  let pictures = await look();
  for (let still = 0; still < 4; ) {
    await page.waitForTimeout(250);
    const next = await look();
    still = next.join() === pictures.join() ? still + 1 : 0;
    pictures = next;
  }
  return pictures;
}
