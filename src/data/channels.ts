import { pixelsPerImage } from "../core/batch.js";
import { ConfigError } from "../core/errors.js";
import { requireWhole } from "../core/missing-pixels.js";
import { type ImageSet, withReading } from "./image-set.js";
import { luma } from "./luma.js";

/**
 * A view of a set with another number of channels: grey is repeated, colour becomes grey by Rec.
 * 601 luma. In a set with levels, grey made from colour is rounded to 256 levels, as in an image
 * file.
 *
 * @param channels  1 or 3
 * @throws ConfigError when the set is neither grey nor colour
 * @throws MissingPixelsError when colour images have missing pixels, whose grey is unknown
 */
export function convertChannels(set: ImageSet, channels: number): ImageSet {
  if (set.channels === channels) return set;
  if (set.channels === 1 && channels === 3) return greyToColour(set);
  if (set.channels === 3 && channels === 1) return colourToGrey(set);
  throw new ConfigError(
    `${set.name} has ${set.channels} channels; only 1 (grey) and 3 (colour) can be converted`,
  );
}

function greyToColour(set: ImageSet): ImageSet {
  const size = pixelsPerImage(set);
  const { missing } = set;
  const info = { ...set, channels: 3, ...(missing && { missing: missing.map((n) => 3 * n) }) };
  return withReading(info, set, (grey, out) => {
    for (let at = 0; at < grey.length; at += size) {
      const image = grey.subarray(at, at + size);
      for (let channel = 0; channel < 3; channel++) out.set(image, 3 * at + channel * size);
    }
  });
}

function colourToGrey(set: ImageSet): ImageSet {
  requireWhole(set, "show", "they cannot be converted to grey");
  const size = set.height * set.width;
  const hasLevels = set.levels !== undefined;
  const info = { ...set, channels: 1, ...(hasLevels && { levels: 256 }) };
  const byte = (value: number) => Math.round(value * 255);
  return withReading(info, set, (colour, out) => {
    for (let at = 0; at < out.length; at++) {
      const first = 3 * size * Math.floor(at / size) + (at % size);
      const [red, green, blue] = [colour[first], colour[first + size], colour[first + 2 * size]];
      out[at] = hasLevels
        ? luma(byte(red), byte(green), byte(blue)) / 255
        : 0.299 * red + 0.587 * green + 0.114 * blue;
    }
  });
}
