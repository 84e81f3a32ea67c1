import { gatherAnnotations, repeatAnnotations } from "../annotations.js";
import { ConfigError, DataError } from "../errors.js";
import type { ImageSource, Images } from "../images.js";
import { type LoadedModel, requireCapability, type WorkOptions } from "../loaded-model.js";
import { requireCount } from "./batches.js";
import { type Codes, decode, encode } from "./codes.js";

/**
 * Decodes points on the way, straight or along an arc, between the codes of consecutive images.
 *
 * A conditional model decodes each with the annotations of the nearer of the two.
 *
 * @param source  at least two images: the end points of the lines
 * @param steps   images per line, both end points included; at least 2
 *
 * @returns       (source.count − 1) · steps images, line after line
 */
export async function interpolate(
  model: LoadedModel,
  source: ImageSource,
  steps: number,
  options: WorkOptions = {},
): Promise<Images> {
  requireCount("the number of steps", steps, 2);
  if (source.count < 2) throw new DataError("interpolation needs at least two images");
  const between = ways[requireCapability(model, "decode").between ?? "line"];
  const corners = await encode(model, source);
  const { length } = corners;
  const values = new Float32Array((source.count - 1) * steps * length);
  for (let line = 0; line < source.count - 1; line++) {
    for (let step = 0; step < steps; step++) {
      const share = step / (steps - 1);
      const [from, to] = [line, line + 1].map((corner) =>
        corners.values.subarray(corner * length, (corner + 1) * length),
      );
      values.set(between(from, to, share), (line * steps + step) * length);
    }
  }
  const count = values.length / length;
  const nearest = Array.from({ length: count }, (_, at) => {
    const line = Math.floor(at / steps);
    return 2 * (at % steps) < steps - 1 ? line : line + 1;
  });
  const annotations = source.annotations && {
    annotations: gatherAnnotations(source.annotations, nearest),
  };
  return decode(model, { count, length, values, ...annotations }, options);
}

/** A point between two codes, at a share of the way. */
type Way = (from: Float32Array, to: Float32Array, share: number) => Float32Array;

const mixed = (from: Float32Array, to: Float32Array, a: number, b: number): Float32Array =>
  from.map((value, unit) => a * value + b * to[unit]);

const ways: Readonly<Record<"line" | "arc", Way>> = {
  line: (from, to, share) => mixed(from, to, 1 - share, share),
  /** @source Shoemake 1985, SIGGRAPH, section 3.3 */
  arc(from, to, share) {
    const dot = (a: Float32Array, b: Float32Array) =>
      a.reduce((sum, x, unit) => sum + x * b[unit], 0);
    const angle = Math.acos(dot(from, to) / Math.sqrt(dot(from, from) * dot(to, to)));
    if (!(angle > 1e-6)) return ways.line(from, to, share);
    const [a, b] = [1 - share, share].map((part) => Math.sin(part * angle) / Math.sin(angle));
    return mixed(from, to, a, b);
  },
};

export interface TraverseOptions extends WorkOptions {
  /** Images per row; 11 by default. */
  readonly steps?: number;
  /** The unit is moved from −range to +range; 3 by default, in standard deviations of the prior. */
  readonly range?: number;
}

/**
 * Shows the effect of each unit of the code: in its row the unit moves and the others stay fixed.
 *
 * @param start  one code, such as that of an image or the prior's mean
 * @returns      length · steps images, row after row
 */
export async function traverse(
  model: LoadedModel,
  start: Codes,
  options: TraverseOptions = {},
): Promise<Images> {
  const { steps = 11, range = 3 } = options;
  requireCount("the number of steps", steps, 2);
  if (!(range > 0 && Number.isFinite(range))) {
    throw new ConfigError(`the range must be a number > 0, not ${range}`);
  }
  if (start.count !== 1) {
    throw new DataError(`a traversal starts from one code, not ${start.count}`);
  }
  const { length } = start;
  const values = new Float32Array(length * steps * length);
  for (let unit = 0; unit < length; unit++) {
    for (let step = 0; step < steps; step++) {
      const code = values.subarray((unit * steps + step) * length).subarray(0, length);
      code.set(start.values);
      code[unit] = range * ((2 * step) / (steps - 1) - 1);
    }
  }
  const count = length * steps;
  const annotations = start.annotations && {
    annotations: repeatAnnotations(start.annotations, count),
  };
  return decode(model, { count, length, values, ...annotations }, options);
}
