import { describe, expect, test } from "vitest";
import { frameNist } from "./frame-nist.js";
import { arraySet, readImages } from "./image-set.js";
import { loadDataset } from "./load-dataset.js";
import { resizeSet } from "./resize.js";

const SIDE = 32;

/** A set of one image whose pixels a function says. */
const drawn = (pixel: (y: number, x: number) => boolean) =>
  arraySet(
    { name: "toy", source: "toy", split: "train", channels: 1, height: SIDE, width: SIDE },
    Float32Array.from({ length: SIDE * SIDE }, (_, at) =>
      Number(pixel(Math.floor(at / SIDE), at % SIDE)),
    ),
  );

const between = (value: number, from: number, to: number) => value >= from && value < to;

async function framed(set: ReturnType<typeof drawn>) {
  return (await readImages(frameNist(set))).pixelsUnit;
}

const rowOf = (pixels: Float32Array, y: number) => pixels.slice(y * SIDE, (y + 1) * SIDE);
const massOf = (row: Float32Array) => row.reduce((sum, value) => sum + value, 0);
/** Mean place of a row's ink. */
const placeOf = (row: Float32Array) =>
  row.reduce((sum, value, x) => sum + value * x, 0) / massOf(row);

describe("frameNist", () => {
  test("stretches ink to the height and to 20 of 32 columns, in the middle", async () => {
    const pixels = await framed(drawn((y, x) => between(y, 20, 25) && between(x, 3, 13)));
    for (const y of [4, 15, 27]) {
      const row = rowOf(pixels, y);
      expect(Math.abs(massOf(row) - 20)).toBeLessThan(1);
      expect(placeOf(row)).toBeCloseTo((SIDE - 1) / 2, 1);
    }
  });

  test("straightens a slant, whichever way, about the middle row", async () => {
    for (const slope of [-0.4, 0.4]) {
      const bar = (y: number) => SIDE / 2 + slope * (y - SIDE / 2);
      const pixels = await framed(drawn((y, x) => between(x, bar(y) - 1.5, bar(y) + 1.5)));
      const places = [4, 15, 27].map((y) => placeOf(rowOf(pixels, y)));
      expect(Math.max(...places) - Math.min(...places)).toBeLessThan(2);
      expect(Math.abs(places[1] - (SIDE - 1) / 2)).toBeLessThan(1);
    }
  });

  test("leaves an image without ink", async () => {
    expect([...(await framed(drawn(() => false)))]).toEqual(new Array(SIDE * SIDE).fill(0));
  });

  test("digits that NIST's programs framed hardly change, and come back after another frame", async () => {
    const set = resizeSet(await loadDataset("digits", { split: "test" }), {
      height: SIDE,
      width: SIDE,
      fit: "fill",
    });
    const { pixelsUnit: originals } = await readImages(set);
    const error = ({ pixelsUnit }: { readonly pixelsUnit: Float32Array }) =>
      pixelsUnit.reduce((sum, value, at) => sum + Math.abs(value - originals[at]), 0) /
      originals.length;
    const hardly = error(await readImages(frameNist(set)));
    // As MNIST has them: smaller, wider and with margins.
    const other = arraySet({ ...set }, await inMargins(originals, set.count));
    const before = error(await readImages(other));
    const back = error(await readImages(frameNist(other)));
    expect(hardly).toBeLessThan(before / 2);
    expect(back).toBeLessThan(before / 3);
  });
});

/** Digits widened to a square and put into the middle 20 of 32 rows and columns. */
async function inMargins(pixels: Float32Array, count: number): Promise<Float32Array> {
  const out = new Float32Array(pixels.length);
  const [first, inner] = [6, 20];
  for (let image = 0; image < count; image++) {
    for (let y = 0; y < inner; y++) {
      for (let x = 0; x < inner; x++) {
        const fromY = Math.floor(((y + 0.5) * SIDE) / inner);
        const fromX = Math.floor(first + ((x + 0.5) * inner) / inner);
        out[(image * SIDE + first + y) * SIDE + first + x] =
          pixels[(image * SIDE + fromY) * SIDE + fromX];
      }
    }
  }
  return out;
}
