import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { parseAssignments } from "../../core/config.js";
import { DataError } from "../../core/errors.js";
import { installFolder } from "../cache.js";
import { cachedFolder } from "../cached-idx.js";
import { countOption, datasetWithOptions, seedOption, splitName } from "../dataset-variants.js";
import { knownSplit } from "../known-split.js";
import type { NamedDataset } from "../named-dataset.js";
import { avatarSet, drawAvatars } from "./avatar-set.js";
import { DRAWN_BY } from "./draw-face.js";
import { type PixelFile, pixelFileBytes, pixelFileProblem, writePixelFile } from "./pixel-file.js";

const TRAIN = 10_000;
const TEST = 1_000;
/** 1.2 GB in the cache at 64 pixels. */
const MOST = 100_000;

const Options = z.strictObject({
  seed: seedOption,
  count: countOption(TRAIN, MOST),
  size: z.int().min(16).max(256).default(64).describe("side of an image in pixels"),
});
type Options = z.output<typeof Options>;

const PACKAGES = Object.entries(DRAWN_BY)
  .map(([name, version]) => `${name} ${version}`)
  .join(" and ");

const SPLITS = ["train", "test"] as const;

/** The options in the name of a set of avatars; undefined for another set. */
export function avatarOptions(fullName: string): Options | undefined {
  const { name, pairs } = splitName(fullName);
  return name === "avatars" ? Options.parse(parseAssignments(pairs, Options)) : undefined;
}

/** Faces in the style Lorelei, drawn once and kept in the cache. */
export const avatars: NamedDataset = datasetWithOptions("avatars", Options, (options, name) => {
  const { seed, size, count } = options;
  const splits = { train: count, test: TEST };
  const pixelsIn = (folder: string, split: string): PixelFile => ({
    file: join(folder, `${split}.bytes`),
    count: splits[knownSplit(name, splits, split)],
    bytesPerImage: 3 * size * size,
  });
  return {
    channels: 3,
    height: size,
    width: size,
    title: "drawn faces whose attributes can be changed one at a time",
    splits,
    downloadBytes: 0,
    origin: `the style Lorelei by Lisa Wischofsky, drawn with ${PACKAGES}`,
    licence: "CC0 1.0",
    note: "drawn on first use in about half a minute and cached; no pair of hair and eyes is in both splits",
    async isAvailable(cacheDir) {
      const folder = folderOf(cacheDir, options);
      const whole = await Promise.all(SPLITS.map((split) => isWhole(pixelsIn(folder, split))));
      return whole.every((is) => is);
    },
    fetch: (cacheDir, work) =>
      installFolder(folderOf(cacheDir, options), async (temporary) => {
        for (const split of SPLITS) {
          const { file } = pixelsIn(temporary, split);
          const draw = { seed, split, size, count: splits[split] };
          await writePixelFile(file, drawAvatars(draw, work));
        }
      }),
    async load(split, cacheDir) {
      const pixels = pixelsIn(folderOf(cacheDir, options), split);
      const problem = await pixelFileProblem(pixels);
      if (problem !== undefined) {
        throw new DataError(`${problem}. Draw it again: figment data get ${name}`, pixels.file);
      }
      return avatarSet({ name, seed, split, size }, pixels);
    },
  };
});

/**
 * Increased whenever the same seed gives other faces, so that old ones in the cache are not used.
 */
const EDITION = 1;

/** One folder per choice of options and per version of the drawing code. */
const folderOf = (cacheDir: string, { seed, count, size }: Options) =>
  cachedFolder(
    cacheDir,
    join(
      "avatars",
      `${size}px-${count}-seed-${seed}-lorelei-${DRAWN_BY["@dicebear/lorelei"]}-${EDITION}`,
    ),
  );

async function isWhole(pixels: PixelFile): Promise<boolean> {
  const found = await stat(pixels.file).catch(() => undefined);
  return found?.size === pixelFileBytes(pixels);
}
