import type { Patches } from "../core/capabilities/assemble.js";
import type { Images } from "../core/images.js";
import { type LoadedModel, requireCapability } from "../core/loaded-model.js";
import { type PatchCanvas, patchCanvas } from "../core/patch-canvas.js";
import { type Assembled, wholesOf } from "../runs/assembly/assembled.js";
import { firstShown, GAP, sideBySide } from "./image-output.js";

/** A row for each image, and what its columns show. */
export interface AssemblyPicture {
  readonly images: Images;
  readonly columns: readonly string[];
}

/**
 * Shows the first images with their patches, the patches as placed, the mask and the draws.
 *
 * @param shown      rows
 * @param originals  where the patches were cut from known images
 */
export function assemblyPicture(
  model: LoadedModel,
  shown: number,
  patches: Patches,
  { likeliest, draws }: Assembled,
  originals?: Images,
): AssemblyPicture {
  const { places } = requireCapability(model, "assemble");
  const placed = patchCanvas(places, model.data, patches.values, likeliest.places);
  const sets: [string, Images][] = [
    ...(originals ? [["image", originals] as [string, Images]] : []),
    ...givenPatches(model, patches),
    ["patches as placed", onGrey(placed)],
    ...(places.puzzle ? [] : [["mask", inColours(likeliest.mask, model)] as [string, Images]]),
    ...wholesOf(draws).map((whole, at): [string, Images] => [`draw ${at + 1}`, whole]),
  ];
  return {
    images: sideBySide(sets.map(([, images]) => firstShown(images, shown))),
    columns: sets.map(([name]) => name),
  };
}

/** Pieces of a puzzle in their order, or each key patch by itself in the middle of an image. */
function givenPatches(model: LoadedModel, { count, values }: Patches): [string, Images][] {
  const { places } = requireCapability(model, "assemble");
  const { patches, side, puzzle } = places;
  if (puzzle) {
    const inOrder = Int32Array.from({ length: count * patches }, (_, at) => at % patches);
    return [["pieces as given", onGrey(patchCanvas(places, model.data, values, inOrder))]];
  }
  const { channels, height, width } = model.data;
  const middle = {
    ...places,
    patches: 1,
    tops: [(height - side[0]) >> 1],
    lefts: [(width - side[1]) >> 1],
  };
  const size = channels * side[0] * side[1];
  return Array.from({ length: patches }, (_, patch) => {
    const each = new Float32Array(count * size);
    for (let image = 0; image < count; image++) {
      const from = (image * patches + patch) * size;
      each.set(values.subarray(from, from + size), image * size);
    }
    const canvas = patchCanvas(middle, model.data, each, new Int32Array(count));
    return [`patch ${patch + 1}`, onGrey(canvas)];
  });
}

/** Patches on grey, so that their edges show. */
function onGrey({ images, covered }: PatchCanvas): Images {
  const { channels, height, width } = images;
  const area = height * width;
  const pixelsUnit = images.pixelsUnit.map((value, at) => {
    const [image, pixel] = [Math.floor(at / (channels * area)), at % area];
    return covered[image * area + pixel] === 1 ? value : GAP;
  });
  return { ...images, pixelsUnit };
}

/** A mask in as many channels as the images have. */
function inColours(mask: Images, { data }: LoadedModel): Images {
  const { channels } = data;
  const area = mask.height * mask.width;
  const pixelsUnit = Float32Array.from({ length: mask.count * channels * area }, (_, at) => {
    const image = Math.floor(at / (channels * area));
    return mask.pixelsUnit[image * area + (at % area)];
  });
  return { ...mask, channels, pixelsUnit };
}
