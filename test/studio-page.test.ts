import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Download, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readImages } from "../dist/data/index.js";
import { loadDataset, openDevice, openWeights, sample, saveGrid } from "../dist/index.js";
import { loadLibrary } from "../dist/runtime/node-library.js";
import { type Studio, startStudio } from "../dist/studio/server/start.js";
import { CHROMIUM, hasChromium, launch } from "./chromium.js";
import { barriersOn } from "./studio/axe.js";
import { openTab, serveSite, until } from "./studio/tab.js";

// Browsers and threads start slowly on a machine that has other work.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const STILL = { reducedMotion: "reduce" } as const;

describe.skipIf(!hasChromium)(`the studio's page (skipped without ${CHROMIUM})`, () => {
  let folder: string;
  let site: Awaited<ReturnType<typeof serveSite>>;
  let studio: Studio;
  let browser: Browser;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "figment-page-"));
    site = await serveSite();
    studio = await startStudio({ port: 0, runs: join(folder, "runs") });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await studio?.close();
    await site?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const placeOf = (engine: string) => (engine === "page" ? site.url : studio.url);

  test.each(["train", "use", "compare"])(
    "%s has no barrier, in both languages, on a phone and in the dark",
    async (view) => {
      const { page, troubles } = await openTab(browser, `${studio.url}?view=${view}`, {
        ...STILL,
        viewport: { width: 360, height: 740 },
        colorScheme: "dark",
      });
      await page.waitForSelector(
        view === "train" ? "form" : view === "use" ? ".run-list" : ".candidates label",
      );
      expect(await barriersOn(page)).toEqual([]);
      await page.getByLabel("Language").selectOption("ko");
      await page.waitForSelector('html[lang="ko"]');
      expect(await barriersOn(page)).toEqual([]);
      expect(await overflowOf(page)).toBeLessThanOrEqual(0);
      expect(troubles).toEqual([]);
      await page.context().close();
    },
  );

  test("the form refuses bad values, each at its field, and keeps the rest in the address", async () => {
    const { page } = await openTab(browser, `${site.url}?view=train`, STILL);
    const latent = page.locator('[data-field="config.latent"]');
    await page.getByText("Settings of the model").click();
    await latent.locator("input").fill("-3");
    await latent.locator("input").blur();
    expect(await latent.locator(".wrong").textContent()).toBe("This must be at least 1.");
    const start = page.getByRole("button", { name: "Start training" });
    expect(await start.isDisabled()).toBe(true);
    await latent.locator("input").fill("3");
    await latent.locator("input").blur();
    expect(await start.isDisabled()).toBe(false);
    expect(new URL(page.url()).searchParams.get("set.config.latent")).toBe("3");
    await page.reload();
    expect(await latent.locator("input").inputValue()).toBe("3");
    await page.context().close();
  });

  test("the visitor's GPU trains where the browser has one, and is offered nowhere else", async () => {
    const asked =
      "?view=train&set.config.hidden=8&set.config.latent=2&set.training.epochs=1&set.training.batchSize=600&set.validation=0";
    const without = await openTab(browser, site.url + asked, STILL);
    await without.page.getByText("Computes on WebAssembly").waitFor();
    expect(await without.page.getByLabel("Where models train").count()).toBe(0);
    await without.page.context().close();

    const withGpu = await launch({ gpu: true });
    const { page, troubles } = await openTab(withGpu, site.url + asked, STILL);
    await page.getByLabel("Where models train").selectOption("webgpu");
    await page.getByText("Computes on WebGPU").waitFor();
    await page.getByRole("button", { name: "Start training" }).click();
    await page.waitForSelector('.training[data-status="finished"]');
    expect(new URL(page.url()).searchParams.get("engine")).toBe("webgpu");
    expect(troubles).toEqual([]);
    await withGpu.close();
  });

  test("what only the engine can see is refused in words", async () => {
    const query =
      "?view=train&set.model=gmm&set.config.components=1&set.training.epochs=1&set.data=nothing";
    const { page } = await openTab(browser, site.url + query, STILL);
    await page.getByRole("button", { name: "Start training" }).click();
    expect(await page.getByRole("alert").textContent()).toMatch(/has no data set "nothing"/);
    await page.context().close();
  });

  test.each(["page", "server"])(
    "dropped images train, and the downloads open elsewhere (%s)",
    async (engine) => {
      const files = await pictures(folder);
      const { page, troubles } = await openTab(
        browser,
        `${placeOf(engine)}?view=train&set.config.latent=2&set.training.epochs=30&set.validation=0`,
        STILL,
      );
      await page.locator('.form input[type="file"]').setInputFiles(files);
      await until(
        page,
        `document.querySelector('[data-field="data"] select').value.startsWith("upload:")`,
      );
      await page.getByRole("button", { name: "Start training" }).click();
      await page.waitForSelector('.training[data-status="finished"]', { timeout: 120_000 });
      expect(await page.locator(".timeline canvas").count()).toBe(1);

      const weights = await download(page, () =>
        page.getByRole("button", { name: "safetensors" }).click(),
      );
      const device = await openDevice({ host: "inline" });
      const model = await openWeights(await readFile(await weights.path()), device);
      expect(model.data).toMatchObject({ channels: 1, height: 8, width: 8 });
      expect((await sample(model, { count: 2 })).count).toBe(2);

      await page.getByRole("button", { name: "Make ONNX files" }).click();
      const onnx = await download(page, () =>
        page.getByRole("button", { name: "sampler.onnx" }).click(),
      );
      const { InferenceSession } = await loadLibrary();
      const session = await InferenceSession.create(await readFile(await onnx.path()));
      expect(session.outputNames).toEqual(["pixelsUnit"]);
      await session.release();
      await device.close();
      expect(troubles).toEqual([]);
      await page.context().close();
    },
  );

  test.each(["page", "server"])(
    "a brush completes, a class is recognised, codes move (%s)",
    async (engine) => {
      const use = (run: string) => `${placeOf(engine)}?view=use&run=zoo:${run}`;
      const { page, troubles } = await openTab(browser, use("bernoulli-mixture-mnist"), STILL);
      const tool = page.getByRole("region", { name: "Complete" });
      await tool.getByLabel("Brush").selectOption("hide");
      const pad = tool.getByRole("application");
      await pad.focus();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Space");
      await tool.getByRole("button", { name: "Complete" }).click();
      const completed = tool.locator("canvas.pictures");
      await completed.waitFor({ timeout: 120_000 });
      // Six digits of 28 pixels in rows of three, with one pixel between two.
      expect(await completed.getAttribute("width")).toBe(`${3 * 29 - 1}`);

      await page.goto(use("classifier-mnist"));
      const classify = page.getByRole("region", { name: "Classify" });
      await stroke(page, classify.getByRole("application"));
      await until(page, `document.querySelectorAll(".classes meter").length === 10`);
      // A single upright stroke.
      await until(page, `document.querySelectorAll(".classes meter")[1].value > 0.5`);
      expect(troubles).toEqual([]);
      await page.context().close();
    },
  );

  test("judging says how far it is, and can be given up", async () => {
    const runs = "zoo:bernoulli-mixture-mnist~zoo:vae-mnist";
    const { page, troubles } = await openTab(
      browser,
      `${studio.url}?view=compare&run=${runs}`,
      STILL,
    );
    const judgement = page.locator(".judgement");
    await judgement.getByRole("button", { name: "Judge them" }).click();
    await until(
      page,
      `document.querySelector(".judgement [role=status] span")?.textContent !== ""`,
    );
    await judgement.getByRole("button", { name: "Cancel" }).click();
    await judgement.getByRole("button", { name: "Judge them" }).waitFor();
    expect(await judgement.getByRole("alert").count()).toBe(0);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  test("language and theme switch, and are remembered", async () => {
    const { page } = await openTab(browser, site.url, STILL);
    const paper = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const light = await paper();
    await page.getByLabel("Language").selectOption("ko");
    await page.getByLabel("화면 모드").selectOption("dark");
    expect(await paper()).not.toBe(light);
    await page.reload();
    await page.waitForSelector('html[lang="ko"][data-theme="dark"]');
    await page.context().close();
  });

  test("a tab in the background stops training, and goes on when it is seen again", async () => {
    const { page } = await openTab(browser, `${site.url}?lesson=vae`);
    await page.waitForSelector('.progress[data-status="running"]');
    await hide(page, true);
    await page.waitForSelector('.progress[data-status="paused"]');
    await hide(page, false);
    await page.waitForSelector('.progress[data-status="running"]');
    await page.context().close();
  });

  test("two pages watch one training, which outlives both", async () => {
    const query = "?view=train&set.training.epochs=4000&set.name=watched";
    const first = await openTab(browser, studio.url + query, STILL);
    await first.page.getByRole("button", { name: "Start training" }).click();
    await first.page.waitForSelector('.training[data-status="running"]');
    const second = await openTab(browser, `${studio.url}?view=train`, STILL);
    await second.page.waitForSelector('.training[data-status="running"]');
    await Promise.all([first, second].map(({ page }) => page.context().close()));
    const third = await openTab(browser, `${studio.url}?view=train`, STILL);
    await third.page.waitForSelector('.training[data-status="running"]');
    // Trainings of other tests may still be on the page.
    const watched = third.page.getByRole("region", { name: "vae · digits" });
    await watched.getByRole("button", { name: "Save and end" }).click();
    await watched.waitFor({ state: "detached" });
    await third.page.context().close();
  });
});

/** Sixty real digits as PNG files. */
async function pictures(folder: string): Promise<string[]> {
  const { pixelsUnit, ...shape } = await readImages(
    await loadDataset("digits"),
    Array.from({ length: 60 }, (_, at) => at),
  );
  const size = shape.height * shape.width;
  const names = Array.from({ length: shape.count }, (_, at) => join(folder, `digit-${at}.png`));
  for (const [at, name] of names.entries()) {
    const pixels = pixelsUnit.slice(at * size, (at + 1) * size);
    await saveGrid(name, { ...shape, count: 1, pixelsUnit: pixels }, { scale: 1, padding: 0 });
  }
  return names;
}

async function download(page: Page, click: () => Promise<void>): Promise<Download> {
  const [found] = await Promise.all([page.waitForEvent("download"), click()]);
  return found;
}

/** Draws an upright stroke. */
async function stroke(page: Page, pad: ReturnType<Page["getByRole"]>): Promise<void> {
  const box = (await pad.boundingBox())!;
  const x = box.x + box.width / 2;
  await page.mouse.move(x, box.y + 0.2 * box.height);
  await page.mouse.down();
  await page.mouse.move(x, box.y + 0.8 * box.height, { steps: 24 });
  await page.mouse.up();
}

const hide = (page: Page, hidden: boolean): Promise<unknown> =>
  page.evaluate(
    `Object.defineProperty(document, "hidden", { value: ${hidden}, configurable: true }); document.dispatchEvent(new Event("visibilitychange"))`,
  );

const overflowOf = (page: Page): Promise<number> =>
  page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  ) as Promise<number>;
