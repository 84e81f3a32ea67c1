import { classify } from "../../src/core/capabilities/classify.js";
import { inMemory } from "../../src/core/images.js";
import { arraySet, readImages } from "../../src/data/image-set.js";
import { loadDataset } from "../../src/data/index.js";
import { resizeSet } from "../../src/data/resize.js";
import { openRun } from "../../src/runs/index.js";

/** Digits of the lessons, and the box in which MNIST has its digits. */
const SIDE = 8;
const BOX = 20;
const CANVAS = 28;
/** From here on a digit counts as recognised. */
const SURE = 0.9;

/** What a classifier makes of digits. */
export interface Verdict {
  /** Share of all that it surely takes for each class. */
  readonly sure: readonly number[];
  /** [count] the likeliest class of each */
  readonly said: readonly number[];
}

/** A classifier that never saw the lessons' digits: it learned from MNIST, of other writers and other pixels. */
export interface DigitJudge {
  /** @param pixels  [count, 8, 8] in [0, 1] */
  judge(pixels: Float32Array): Promise<Verdict>;
  close(): Promise<void>;
}

export async function openDigitJudge(): Promise<DigitJudge> {
  const run = await openRun("zoo:classifier-mnist", { host: "inline" });
  return {
    async judge(pixels) {
      const count = pixels.length / SIDE ** 2;
      const { probs } = await classify(run.model, inMemory(await asInMnist(pixels), count));
      const ten = Array.from({ length: 10 }, (_, at) => at);
      const rows = Array.from({ length: count }, (_, at) => probs.subarray(10 * at, 10 * at + 10));
      const said = rows.map((row) => ten.reduce((a, b) => (row[b] > row[a] ? b : a)));
      const known = said.filter((digit, at) => rows[at][digit] >= SURE);
      return {
        said,
        sure: ten.map((digit) => known.filter((one) => one === digit).length / count),
      };
    },
    close: () => run.close(),
  };
}

/**
 * Share of draws that are recognised, in [0, 1]: surely taken for a digit, and no more often for one than real
 * digits are. A blot that passes for an 8 counts as often as there are real eights, and no further.
 */
export const recognised = (drawn: Verdict, real: Verdict): number =>
  drawn.sure.reduce((sum, share, digit) => sum + Math.min(share, real.sure[digit]), 0);

/** Digits of 8×8 in the middle of images of 28×28, as large as MNIST's. */
async function asInMnist(pixels: Float32Array): Promise<Float32Array> {
  const bytes = Uint8Array.from(pixels, (value) => Math.round(255 * value));
  const info = { name: "digits", source: "digits", split: "all", channels: 1, levels: 256 };
  const set = arraySet({ ...info, height: SIDE, width: SIDE }, bytes);
  const enlarged = resizeSet(set, { height: BOX, width: BOX, fit: "fill" }, "cubic");
  const count = pixels.length / SIDE ** 2;
  const all = Array.from({ length: count }, (_, at) => at);
  const { pixelsUnit } = await readImages(enlarged, all);
  const placed = new Float32Array(count * CANVAS ** 2);
  const margin = (CANVAS - BOX) / 2;
  for (let image = 0; image < count; image++) {
    for (let row = 0; row < BOX; row++) {
      const from = (image * BOX + row) * BOX;
      const to = (image * CANVAS + row + margin) * CANVAS + margin;
      placed.set(pixelsUnit.subarray(from, from + BOX), to);
    }
  }
  return placed;
}

/** Real digits that no lesson learns from, [count, 8, 8], with their classes. */
export async function realDigits(count: number) {
  const set = await loadDataset("digits", { split: "test" });
  const { pixelsUnit } = await readImages(
    set,
    Array.from({ length: count }, (_, at) => at),
  );
  return { pixelsUnit, classes: set.annotations?.class?.values ?? new Int32Array() };
}
