import type { ImageShape } from "../../../core/batch.js";
import { pixelsPerImage } from "../../../core/batch.js";
import type { Host } from "../../../core/driven.js";

import { toNumbers } from "../../../tensor/dtype.js";
import type { RbmConfig } from "./config.js";
import { WEIGHT_NAME } from "./machine.js";

/**
 * The weights of each hidden unit as an image. A weight of 0 is mid-grey; lighter pixels excite the
 * unit and darker ones inhibit it. Each image is scaled to the full range, so weak units are visible.
 *
 * @returns  [hidden, C, H, W] in [0, 1], the units with the largest weights first
 */
export async function filterImages(
  host: Host,
  { hidden }: RbmConfig,
  image: ImageShape,
): Promise<Float32Array> {
  const visible = pixelsPerImage(image);
  const weight = toNumbers((await host.values()).get(WEIGHT_NAME) ?? new Float32Array());
  const column = (unit: number) =>
    Float64Array.from({ length: visible }, (_, pixel) => weight[pixel * hidden + unit]);
  const filters = Array.from({ length: hidden }, (_, unit) => column(unit)).map((values) => ({
    values,
    norm: Math.hypot(...values),
    largest: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
  }));
  filters.sort((a, b) => b.norm - a.norm);
  const pictures = new Float32Array(hidden * visible);
  filters.forEach(({ values, largest }, place) => {
    const scale = largest > 0 ? 0.5 / largest : 0;
    pictures.set(
      values.map((value) => 0.5 + scale * value),
      place * visible,
    );
  });
  return pictures;
}
