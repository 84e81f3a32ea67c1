import type { Browser, Page } from "playwright-core";
import { openDigitJudge, realDigits, recognised } from "../../test/studio/digit-judge.js";
import { openTab } from "../../test/studio/tab.js";

const MOST_SECONDS = 60;
/** Real digits that the classifier is asked about, to compare with. */
const REAL = 360;

/** Seconds from opening the GAN's lesson until its draws reach all 8 peaks; undefined if they do not in time. */
export async function secondsToEightModes(
  browser: Browser,
  url: string,
  seed: number,
): Promise<number | undefined> {
  const { page } = await openTab(browser, `${url}?lesson=gan&seed=${seed}`);
  const seconds = await page
    .waitForSelector('.progress[data-learned="true"]', { timeout: 1000 * MOST_SECONDS })
    .then(() => page.evaluate("performance.now() / 1000") as Promise<number>)
    .catch(() => undefined);
  await page.context().close();
  return seconds;
}

/** How much of the VAE's draws is recognised, some seconds after the lesson was opened. */
export async function recognisedAfter(
  browser: Browser,
  url: string,
  seeds: readonly number[],
  seconds: number,
) {
  const drawn: number[] = [];
  for (const seed of seeds) {
    const { page } = await openTab(browser, `${url}?lesson=vae&seed=${seed}`);
    await page.waitForSelector('.progress[data-status="running"]');
    const now = (await page.evaluate("performance.now()")) as number;
    await page.waitForTimeout(Math.max(0, 1000 * seconds - now));
    drawn.push(...(await digitsOf(page)));
    await page.context().close();
  }
  const judge = await openDigitJudge();
  const verdict = await judge.judge(Float32Array.from(drawn));
  const real = await judge.judge((await realDigits(REAL)).pixelsUnit);
  await judge.close();
  return {
    drawn: drawn.length / 64,
    recognised: recognised(verdict, real),
    real: recognised(real, real),
  };
}

/** The pixels of the lesson's draws as its first picture shows them: 6 × 6 digits, a pixel between two. */
const digitsOf = (page: Page): Promise<number[]> =>
  page.evaluate(`(() => {
    const canvas = document.querySelector(".stage canvas.pictures");
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const digits = [];
    for (let digit = 0; digit < 36; digit++)
      for (let y = 0; y < 8; y++)
        for (let x = 0; x < 8; x++) {
          const [row, column] = [Math.floor(digit / 6) * 9 + y, (digit % 6) * 9 + x];
          digits.push(data[4 * (row * width + column)] / 255);
        }
    return digits;
  })()`);
