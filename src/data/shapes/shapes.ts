import { z } from "zod";
import { countOption, datasetWithOptions, seedOption } from "../dataset-variants.js";
import type { Subject } from "../drawn/aspects.js";
import { CANVAS, paint } from "../drawn/canvas.js";
import { captionedDraws, captionedSplits } from "../drawn/captioned-set.js";
import { colourNames, type Rgb, tinted } from "../drawn/palette.js";
import { withReader } from "../image-set.js";
import { knownSplit } from "../known-split.js";
import type { NamedDataset } from "../named-dataset.js";
import { figures } from "./figures.js";

const SHAPES = Object.keys(figures);
/** Radii in pixels. */
const SIZES: Readonly<Record<string, number>> = { small: 3.6, medium: 5.4, large: 7.6 };
const PLACES = [
  ["top left", "top", "top right"],
  ["left", "centre", "right"],
  ["bottom left", "bottom", "bottom right"],
];
/** Centres of the three columns and rows in pixels. */
const LINES = [8.4, 16, 23.6];

/** "a small red circle, top left" */
const shapesSubject: Subject = {
  aspects: [
    { name: "shape", values: SHAPES },
    { name: "colour", values: colourNames },
    { name: "size", values: Object.keys(SIZES) },
    { name: "place", values: PLACES.flat() },
  ],
  caption: ([shape, colour, size, place]) => `a ${size} ${colour} ${shape}, ${place}`,
  // Holds out one or two of the nine places of each shape in each colour.
  isHeldOut: ([shape, colour, , place]) => (shape + colour + place) % 6 === 0,
};

/** How many numbers in [0, 1) decide the look of an image. */
const LOOK = 8;
const SHIFT = 0.8;
const TILT = Math.PI / 12;
const DARKEST = 0.03;
const GROUNDS = 0.14;

/** Draws one image: [3, 32, 32] pixelsUnit. */
function drawShape(combination: readonly number[], look: Float64Array, out: Float32Array): void {
  const [shape, colour, size, place] = combination as [number, number, number, number];
  const figure = figures[SHAPES[shape]];
  const radius = Object.values(SIZES)[size] * (1 + 0.06 * (2 * look[0] - 1));
  const centreX = LINES[place % 3] + SHIFT * (2 * look[1] - 1);
  const centreY = LINES[Math.floor(place / 3)] + SHIFT * (2 * look[2] - 1);
  const tilt = TILT * (2 * look[3] - 1);
  const [cos, sin] = [Math.cos(tilt) / radius, Math.sin(tilt) / radius];
  const coverage = new Float32Array(CANVAS * CANVAS);
  for (let row = 0; row < CANVAS; row++)
    for (let column = 0; column < CANVAS; column++) {
      const [x, y] = [column + 0.5 - centreX, row + 0.5 - centreY];
      if (Math.max(Math.abs(x), Math.abs(y)) > radius + 2) continue;
      const outside = radius * figure(x * cos + y * sin, y * cos - x * sin);
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
