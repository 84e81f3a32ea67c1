import { z } from "zod";
import { DataError } from "../../core/errors.js";
import { countOption, datasetWithOptions, seedOption } from "../dataset-variants.js";
import { CANVAS, paint } from "../drawn/canvas.js";
import { type CaptionedDraws, captionedDraws, captionedSplits } from "../drawn/captioned-set.js";
import { type Rgb, tinted } from "../drawn/palette.js";
import { checkRead, type ImageSet } from "../image-set.js";
import { knownSplit } from "../known-split.js";
import type { NamedDataset } from "../named-dataset.js";
import { drawStrokes } from "./pen.js";
import { posed } from "./pose.js";
import { type Strokes, traceStrokes } from "./strokes.js";
import { digitNames, penRadii, scenePlaces, scenesSubject, slants } from "./subject.js";

/** How many numbers in [0, 1) decide the look of an image. */
const LOOK = 10;
/** Size of a digit's box in pixels. */
const BOX = { width: 14.5, height: 14.5 };
const GROUNDS = 0.1;

/** Draws one image, [3, 32, 32] pixelsUnit, from the strokes of a handwritten digit. */
function drawScene(
  combination: readonly number[],
  look: Float64Array,
  strokes: Strokes,
  out: Float32Array,
): void {
  const [, colour, stroke, slant, place] = combination as [number, number, number, number, number];
  const vary = (at: number) => 2 * look[at] - 1;
  const [x, y] = Object.values(scenePlaces)[place];
  const size = 1 + 0.06 * vary(1);
  const pose = {
    slant: Object.values(slants)[slant] + 0.06 * vary(2),
    width: BOX.width * size,
    height: BOX.height * size,
    x: x + 0.6 * vary(3),
    y: y + 0.6 * vary(4),
  };
  const radius = Object.values(penRadii)[stroke] * (1 + 0.1 * vary(5));
  const coverage = new Float32Array(CANVAS * CANVAS);
  drawStrokes(posed(strokes, pose), radius, CANVAS, coverage);
  const shade = GROUNDS * look[6];
  const ground: Rgb = [shade, shade, shade];
  paint(coverage, tinted(colour, look.subarray(7)), ground, out);
}

/** The images of each class of a set. @throws DataError when one has none */
function imagesByDigit({ annotations, source }: ImageSet): number[][] {
  const lists = digitNames.map((): number[] => []);
  annotations?.class?.values.forEach((digit, image) => {
    lists[digit]?.push(image);
  });
  if (lists.some((list) => list.length === 0)) {
    throw new DataError("scenes need images of all ten digits, but some digits have none", source);
  }
  return lists;
}

/** The digits that scenes are drawn from. */
export interface Handwriting {
  readonly family: string;
  readonly title: string;
  readonly digits: NamedDataset;
  /** Factor that enlarges its images before tracing their strokes. */
  readonly zoom: number;
}

/** The set that draws combinations with the digits of another set. */
function scenesSet(
  info: Omit<ImageSet, "read">,
  draws: CaptionedDraws,
  handwriting: ImageSet,
  zoom: number,
): ImageSet {
  const byDigit = imagesByDigit(handwriting);
  const { height, width } = handwriting;
  const look = new Float64Array(LOOK);
  const shownBy = (index: number) => {
    draws.look(index, look);
    const images = byDigit[draws.combination(index)[0]];
    return images[Math.floor(look[0] * images.length)];
  };
  return {
    ...info,
    read(indices, out) {
      checkRead(info, indices, out);
      const images = new Float32Array(indices.length * height * width);
      const draw = () => {
        const size = out.length / indices.length;
        for (let b = 0; b < indices.length; b++) {
          draws.look(indices[b], look);
          const image = images.subarray(b * height * width, (b + 1) * height * width);
          const strokes = traceStrokes(image, height, width, zoom);
          const room = out.subarray(b * size, (b + 1) * size);
          drawScene(draws.combination(indices[b]), look, strokes, room);
        }
      };
      const reading = handwriting.read(Array.from(indices, shownBy), images);
      if (reading !== undefined) return reading.then(draw);
      draw();
    },
  };
}

const TRAIN = 60_000;
const TEST = 10_000;

const Options = z.strictObject({ seed: seedOption, count: countOption(TRAIN) });

/** A data set of scenes drawn from the digits of another. */
export const scenesDataset = ({ family, title, digits: source, zoom }: Handwriting): NamedDataset =>
  datasetWithOptions(family, Options, ({ seed, count }, name) => {
    const splits = captionedSplits(count, TEST);
    const shape = { channels: 3, height: CANVAS, width: CANVAS };
    return {
      ...shape,
      title,
      splits,
      downloadBytes: source.downloadBytes,
      origin: `drawn by Figment from ${source.origin}`,
      licence: `that of ${source.name}: ${source.licence}`,
      note: `class = digit; train uses only the training digits of ${source.name}; test has combinations of digit, colour and place that are not in train, test-seen has those of train`,
      isAvailable: source.isAvailable,
      fetch: source.fetch,
      async load(split, cacheDir) {
        const size = splits[knownSplit(name, splits, split)];
        const handwriting = await source.load(split === "train" ? "train" : "test", cacheDir);
        const draws = captionedDraws(scenesSubject, { family, split, seed, count: size });
        const { annotations } = draws;
        return scenesSet(
          { ...shape, name, source: name, split, count: size, levels: 256, annotations },
          draws,
          handwriting,
          zoom,
        );
      },
    };
  });
