import type { Images } from "../../core/images.js";
import { type LoadedModel, requireCapability } from "../../core/loaded-model.js";
import { patchCanvas } from "../../core/patch-canvas.js";
import { drawDiversity } from "../../metrics/assembly/draw-diversity.js";
import { maskIou } from "../../metrics/assembly/mask-iou.js";
import { patchErrors } from "../../metrics/assembly/patch-fidelity.js";
import { type MeanInterval, meanInterval } from "../../metrics/mean-interval.js";
import { type Share, shareOf } from "../share.js";
import { type Reassembled, wholesOf } from "./assembled.js";

/** How wholes fare with the patches that they were drawn from. Errors are in units of a pixel's range. */
export interface AssemblyFigures {
  readonly count: number;
  /** Mean |whole − patch| under the patches as placed, of the first draw. */
  readonly patchError: MeanInterval;
  /** The same with the patches of another image, to compare with. */
  readonly otherPatchError: MeanInterval;
  /** Mean |a − b| of a pixel between draws of the same image; absent where there is one draw. */
  readonly diversity?: MeanInterval;
  /** The same between different real images, to compare with. */
  readonly realDiversity: MeanInterval;
  /** What is known of key patches; in a puzzle, the mask is always the same. */
  readonly key?: KeyPatchFigures;
}

export interface KeyPatchFigures {
  /** Intersection over union of the drawn mask and the true one. */
  readonly maskIou: MeanInterval;
  /** Patches at exactly their true place, by the likeliest places. */
  readonly exact: Share;
  /** Mean distance to the true place, in pixels. */
  readonly distance: MeanInterval;
}

/**
 * Compares wholes with the images that their patches were cut from.
 *
 * @param originals  at least two
 */
export function assemblyFigures(
  model: LoadedModel,
  originals: Images,
  { cut, likeliest, draws }: Reassembled,
): AssemblyFigures {
  const { places } = requireCapability(model, "assemble");
  const [first] = draws;
  const laid = patchCanvas(places, model.data, cut.values, first.places);
  const distances = cut.places.length > 0 ? distancesOf(model, cut.places, likeliest.places) : [];
  const truth = patchCanvas(places, model.data, cut.values, cut.places).covered;
  const wholes = wholesOf(draws);
  return {
    count: originals.count,
    patchError: meanInterval(patchErrors(first.whole, laid)),
    otherPatchError: meanInterval(patchErrors(nextOf(first.whole), laid)),
    ...(wholes.length > 1 && { diversity: meanInterval(drawDiversity(wholes)) }),
    realDiversity: meanInterval(drawDiversity([originals, nextOf(originals)])),
    ...(!places.puzzle && {
      key: {
        maskIou: meanInterval(maskIou(likeliest.mask.pixelsUnit, truth, originals.count)),
        exact: shareOf(distances.filter((distance) => distance === 0).length, distances.length),
        distance: meanInterval(distances),
      },
    }),
  };
}

/** How far apart places are, in pixels. */
function distancesOf(model: LoadedModel, a: Int32Array, b: Int32Array): number[] {
  const { tops, lefts } = requireCapability(model, "assemble").places;
  const at = (place: number) => [
    tops[Math.floor(place / lefts.length)],
    lefts[place % lefts.length],
  ];
  return Array.from(a, (place, patch) => {
    const [[top, left], [other, beside]] = [at(place), at(b[patch])];
    return Math.hypot(top - other, left - beside);
  });
}

/** Each image in the place of the one before it. */
function nextOf(images: Images): Images {
  const size = images.pixelsUnit.length / images.count;
  const pixelsUnit = new Float32Array(images.pixelsUnit.length);
  pixelsUnit.set(images.pixelsUnit.subarray(size));
  pixelsUnit.set(images.pixelsUnit.subarray(0, size), pixelsUnit.length - size);
  return { ...images, pixelsUnit };
}
