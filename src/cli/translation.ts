import { classify, likeliestClasses } from "../core/capabilities/classify.js";
import { corruptImages } from "../core/capabilities/denoise.js";
import { originsOf, type Targets, translate } from "../core/capabilities/translate.js";
import { type Images, inMemory } from "../core/images.js";
import type { LoadedModel, WorkOptions } from "../core/loaded-model.js";
import { type ImageSet, readImages } from "../data/image-set.js";
import { throughJpeg } from "../data/jpeg.js";
import { meanAbsoluteError } from "../metrics/absolute-error.js";
import { actualClasses } from "../runs/actual-classes.js";
import { type Share, shareOf } from "../runs/share.js";

/** Images, what became of them, and the way back. */
export interface Translation {
  readonly source: Images;
  readonly translated: Images;
  /** Undefined where nothing says what the images were. */
  readonly back: Images | undefined;
  readonly figures: TranslationFigures;
}

export interface TranslationFigures {
  /** Mean |translation − image| of pixels in [0, 1]. */
  readonly change: number;
  /** Mean |way back − image|. */
  readonly cycle?: CycleFigures;
}

/**
 * Errors of the way back. Where noise or a file's rounding of the translations makes it much worse, they
 * hide the image in a signal that no eye sees: steganography.
 *
 * @source Chu, Zhmoginov & Sandler 2017, arXiv:1712.02950
 */
interface CycleFigures {
  readonly clean: number;
  /** With Gaussian noise on the translations. */
  readonly noisy: number;
  /** Through a JPEG file of 8 bits. */
  readonly jpeg: number;
}

/** The damage that the way back is tested with. */
export const CYCLE_TEST = { sigma: 0.05, quality: 90, seed: 0 } as const;

/** Translates images there and back, and measures both ways. */
export async function thereAndBack(
  model: LoadedModel,
  set: ImageSet,
  targets: Targets,
  work: WorkOptions,
): Promise<Translation> {
  const source = await readImages(set);
  const translated = await translate(model, set, targets, work);
  const change = errorOf(translated, source);
  const origins = originsOf(model, set, targets);
  if (origins === undefined) return { source, translated, back: undefined, figures: { change } };
  const { signal } = work;
  const returned = (images: Images) =>
    translate(model, inMemory(images.pixelsUnit, images.count), origins, {
      ...(signal && { signal }),
    });
  const { sigma, quality, seed } = CYCLE_TEST;
  const noise = { kind: "gaussian", level: sigma } as const;
  const noisy = await corruptImages(model, inMemory(translated.pixelsUnit, set.count), noise, {
    seed,
  });
  const back = await returned(translated);
  const cycle = {
    clean: errorOf(back, source),
    noisy: errorOf(await returned(noisy), source),
    jpeg: errorOf(await returned(await throughJpeg(translated, quality)), source),
  };
  return { source, translated, back, figures: { change, cycle } };
}

const errorOf = (a: Images, b: Images): number => meanAbsoluteError(a.pixelsUnit, b.pixelsUnit);

/** How a translation fares with a classifier that no model was trained against. */
export interface ClassKeeping {
  /** Whether the images' true classes are known; else those count that the judge gives the images. */
  readonly known: boolean;
  /** Images that the judge gives their class. */
  readonly source: Share;
  /** Translations that it gives the class of their image. */
  readonly translated: Share;
  /** Ways back that it gives the class of their image. */
  readonly back?: Share;
}

/** How many images keep their class, judged by a classifier of images of this shape. */
export async function classKeeping(
  judge: LoadedModel,
  set: ImageSet,
  { source, translated, back }: Translation,
  work: WorkOptions,
): Promise<ClassKeeping> {
  const classesOf = async ({ pixelsUnit, count }: Images) =>
    likeliestClasses(await classify(judge, inMemory(pixelsUnit, count), work));
  const before = await classesOf(source);
  const actual = knownClasses(judge, set);
  const share = (found: Int32Array): Share => {
    const expected = actual ?? before;
    const hits = found.filter((value, at) => value === expected[at]).length;
    return shareOf(hits, found.length);
  };
  return {
    known: actual !== undefined,
    source: share(before),
    translated: share(await classesOf(translated)),
    ...(back && { back: share(await classesOf(back)) }),
  };
}

/** The classes of images, where they are ones that the judge knows and not the domains. */
function knownClasses(judge: LoadedModel, set: ImageSet): Int32Array | undefined {
  const known = new Set(judge.data.annotations.class?.names);
  const names = set.annotations?.class?.names ?? [];
  return set.isUnion === true || !names.every((name) => known.has(name))
    ? undefined
    : actualClasses(judge, set);
}
