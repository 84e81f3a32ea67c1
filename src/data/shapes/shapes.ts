import { z } from "zod";
import { countOption, datasetWithOptions, seedOption } from "../dataset-variants.js";
import { CANVAS, paint } from "../drawn/canvas.js";
import { captionedDraws, captionedSplits } from "../drawn/captioned-set.js";
import { type Rgb, tinted } from "../drawn/palette.js";
import { withReader } from "../image-set.js";
import { knownSplit } from "../known-split.js";
import type { NamedDataset } from "../named-dataset.js";
import { figures } from "./figures.js";
import { shapeNames, shapePlaces, shapeRadii, shapesSubject } from "./subject.js";

/** How many numbers in [0, 1) decide the look of an image. */
const LOOK = 8;
const SHIFT = 0.8;
const TILT = Math.PI / 12;
const DARKEST = 0.03;
const GROUNDS = 0.14;

/** Draws one image: [3, 32, 32] pixelsUnit. */
function drawShape(combination: readonly number[], look: Float64Array, out: Float32Array): void {
  const [shape, colour, size, place] = combination as [number, number, number, number];
  const figure = figures[shapeNames[shape]];
  const radius = Object.values(shapeRadii)[size] * (1 + 0.06 * (2 * look[0] - 1));
  const [x, y] = Object.values(shapePlaces)[place];
  const centreX = x + SHIFT * (2 * look[1] - 1);
  const centreY = y + SHIFT * (2 * look[2] - 1);
  const tilt = TILT * (2 * look[3] - 1);
  const [cos, sin] = [Math.cos(tilt) / radius, Math.sin(tilt) / radius];
  const coverage = new Float32Array(CANVAS * CANVAS);
  for (let row = 0; row < CANVAS; row++)
    for (let column = 0; column < CANVAS; column++) {
      const [dx, dy] = [column + 0.5 - centreX, row + 0.5 - centreY];
      if (Math.max(Math.abs(dx), Math.abs(dy)) > radius + 2) continue;
      const outside = radius * figure(dx * cos + dy * sin, dy * cos - dx * sin);
      coverage[row * CANVAS + column] = Math.min(1, Math.max(0, 0.5 - outside));
    }
  const shade = DARKEST + GROUNDS * look[4];
  const ground: Rgb = [shade, shade, shade];
  paint(coverage, tinted(colour, look.subarray(5)), ground, out);
}

const TRAIN = 50_000;
const TEST = 5_000;

const Options = z.strictObject({ seed: seedOption, count: countOption(TRAIN) });

/** Coloured shapes on a dark background, with captions that can be verified. */
export const shapes: NamedDataset = datasetWithOptions(
  "shapes",
  Options,
  ({ seed, count }, name) => {
    const splits = captionedSplits(count, TEST);
    const shape = { channels: 3, height: CANVAS, width: CANVAS };
    return {
      ...shape,
      title: "coloured shapes with captions",
      splits,
      downloadBytes: 0,
      origin: "drawn by Figment",
      licence: "none needed: drawn by Figment",
      note: "class = shape; test has combinations of shape, colour and place that are not in train, test-seen has those of train",
      isAvailable: async () => true,
      fetch: async () => undefined,
      async load(split) {
        const size = splits[knownSplit(name, splits, split)];
        const draws = captionedDraws(shapesSubject, { family: "shapes", split, seed, count: size });
        const look = new Float64Array(LOOK);
        const { annotations } = draws;
        return withReader(
          { ...shape, name, source: name, split, count: size, levels: 256, annotations },
          (index, out) => {
            draws.look(index, look);
            drawShape(draws.combination(index), look, out);
          },
        );
      },
    };
  },
);
