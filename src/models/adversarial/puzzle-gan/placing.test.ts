import { describe, expect, test } from "vitest";
import type { PatchPlaces } from "../../../core/capability.js";
import { patchCanvas } from "../../../core/patch-canvas.js";
import { expectClose } from "../../../nn/fixture.testing.js";
import { interpret } from "../../../runtime/interpreter/index.js";
import { stream } from "../../../runtime/random.js";
import { oneHot } from "../../../tensor/ops/indexing.js";
import { constant, input, type Tensor } from "../../../tensor/tensor.js";
import { edgeStrength } from "./key-patches.js";
import { placingOn } from "./placing.js";

const shape = { channels: 2, height: 7, width: 9 };
const places: PatchPlaces = {
  patches: 3,
  side: [3, 2],
  tops: [0, 1, 2, 3, 4],
  lefts: [1, 3, 5, 7],
  puzzle: false,
};
const COUNT = 2;
const P = places.tops.length * places.lefts.length;
/** Two of the second image overlap. */
const chosen = [0, 7, P - 1, 5, 9, 12];
const pixels = new Float64Array(COUNT * 2 * 7 * 9);
stream(1, "pixels").uniform(pixels);

const placing = placingOn(places, shape);
const oneHots = oneHot(constant(chosen, [COUNT, 3], "int32"), P);
const evaluated = (tensor: Tensor) => interpret([tensor], { pixels })[0].data;
const images = input("pixels", [COUNT, 2, 7, 9]);

/** The pixels of patches, by going through them. */
function cropped(): number[] {
  return chosen.flatMap((place, patch) => {
    const image = Math.floor(patch / 3);
    const [top, left] = [places.tops[Math.floor(place / 4)], places.lefts[place % 4]];
    return Array.from({ length: 12 }, (_, at) => {
      const [channel, y, x] = [Math.floor(at / 6), Math.floor(at / 2) % 3, at % 2];
      return pixels[((image * 2 + channel) * 7 + top + y) * 9 + left + x];
    });
  });
}

describe("patches of images", () => {
  test("are what the images show there", () => {
    expectClose(evaluated(placing.crop(images, oneHots)), cropped(), 1e-12);
  });

  test("laid where they were cut show the image there, and nothing elsewhere", () => {
    const laid = evaluated(placing.lay(placing.crop(images, oneHots), oneHots));
    const cover = evaluated(placing.cover(oneHots));
    expect(cover.reduce((sum, value) => sum + value, 0)).toBe(chosen.length * 6);
    laid.forEach((value, at) => {
      const [patch, channel, pixel] = [Math.floor(at / 126), Math.floor(at / 63) % 2, at % 63];
      const image = Math.floor(patch / 3);
      const under = cover[patch * 63 + pixel];
      expect(value).toBeCloseTo(under * pixels[(image * 2 + channel) * 63 + pixel], 12);
    });
  });

  test("laid by the host show the same, and the mean where two overlap", () => {
    const patches = Float32Array.from(cropped());
    const { images: canvas, covered } = patchCanvas(places, shape, patches, chosen);
    const other = Float32Array.from(patches, (value) => value + 1);
    const raised = patchCanvas(places, shape, other, chosen).images.pixelsUnit;
    covered.forEach((under, at) => {
      const [image, pixel] = [Math.floor(at / 63), at % 63];
      for (let channel = 0; channel < 2; channel++) {
        const to = (image * 2 + channel) * 63 + pixel;
        expect(canvas.pixelsUnit[to]).toBeCloseTo(under * pixels[to], 5);
        expect(raised[to]).toBeCloseTo(under * (pixels[to] + 1), 5);
      }
    });
    expect(covered.subarray(63).reduce((sum, value) => sum + value, 0)).toBeLessThan(18);
  });

  test("sums under each place are those of its pixels", () => {
    const values = input("pixels", [COUNT * 2, 1, 7, 9]);
    const sums = evaluated(placing.sums(values));
    sums.forEach((sum, at) => {
      const [image, place] = [Math.floor(at / P), at % P];
      const [top, left] = [places.tops[Math.floor(place / 4)], places.lefts[place % 4]];
      let expected = 0;
      for (let y = top; y < top + 3; y++) {
        for (let x = left; x < left + 2; x++) expected += pixels[(image * 7 + y) * 9 + x];
      }
      expect(sum).toBeCloseTo(expected, 10);
    });
  });
});

test("edges are whole steps of a byte to the pixels below and beside, in all channels", () => {
  const image = constant([0, 51 / 255, 1, 1, 0, 0, 0, 0], [1, 2, 2, 2]);
  const [{ data }] = interpret([edgeStrength(image)], {});
  expect([...data]).toEqual([51 + 255, 204, 0, 0]);
});
