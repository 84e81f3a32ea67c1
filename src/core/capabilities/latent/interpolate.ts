import { DataError } from "../../errors.js";
import type { ImageSource, Images } from "../../images.js";
import { type LoadedModel, requireCapability, type WorkOptions } from "../../loaded-model.js";
import { requireCount } from "../batches.js";
import { conditionReader, decode, encode } from "../codes.js";

export interface InterpolateOptions extends WorkOptions {
  /**
   * `line`, the default of most models, or `sphere`: along the arc between two codes, whose length changes evenly.
   * A line between two draws of a normal prior passes points nearer to the origin than nearly all
   * that the decoder was trained on; the arc does not.
   */
  readonly path?: "line" | "sphere" | undefined;
}

/**
 * Decodes points between the codes of consecutive images. A conditional model decodes each with the
 * annotations of the nearer of the two. The sphere is that of White 2016, "Sampling Generative
 * Networks", arXiv:1609.04468.
 *
 * @param source  at least two images: the end points
 * @param steps   images per path, both end points included; at least 2
 * @returns       (source.count − 1) · steps images, path after path
 */
export async function interpolate(
  model: LoadedModel,
  source: ImageSource,
  steps: number,
  options: InterpolateOptions = {},
): Promise<Images> {
  requireCount("the number of steps", steps, 2);
  if (source.count < 2) throw new DataError("interpolation needs at least two images");
  const corners = await encode(model, source);
  const { length } = corners;
  const code = (image: number) => corners.values.subarray(image * length, (image + 1) * length);
  const { path = requireCapability(model, "decode").path ?? "line" } = options;
  const between = path === "sphere" ? onSphere : onLine;
  const values = new Float32Array((source.count - 1) * steps * length);
  for (let line = 0; line < source.count - 1; line++) {
    const point = between(code(line), code(line + 1));
    for (let step = 0; step < steps; step++) {
      values.set(point(step / (steps - 1)), (line * steps + step) * length);
    }
  }
  const count = values.length / length;
  const nearest = Array.from({ length: count }, (_, at) => {
    const line = Math.floor(at / steps);
    return 2 * (at % steps) < steps - 1 ? line : line + 1;
  });
  const annotations = conditionReader(model, source)(nearest);
  return decode(model, { count, length, values, annotations }, options);
}

/** A point of a path, by its share of the way in [0, 1]. */
type Path = (share: number) => Float32Array;

const onLine =
  (from: Float32Array, to: Float32Array): Path =>
  (share) =>
    from.map((value, unit) => (1 - share) * value + share * to[unit]);

/** Below this sine of the angle between two codes the arc is a line, or any of many arcs. */
const LEAST_SINE = 1e-6;

function onSphere(from: Float32Array, to: Float32Array): Path {
  const dot = from.reduce((sum, value, unit) => sum + value * to[unit], 0);
  const cosine = dot / (Math.hypot(...from) * Math.hypot(...to));
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const sine = Math.sin(angle);
  if (!(sine > LEAST_SINE)) return onLine(from, to);
  return (share) => {
    const [start, end] = [Math.sin((1 - share) * angle) / sine, Math.sin(share * angle) / sine];
    return from.map((value, unit) => start * value + end * to[unit]);
  };
}
