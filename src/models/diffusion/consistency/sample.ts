import type { ImageShape } from "../../../core/batch.js";
import type { SampleTrace } from "../../../core/capability.js";
import type { Scope } from "../../../nn/scope.js";
import { add, clip, mul } from "../../../tensor/ops/elementwise.js";
import { broadcastTo } from "../../../tensor/ops/rearrange.js";
import type { Dim } from "../../../tensor/shape.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import { diffuse, levelsOf } from "../levels-of-a-batch.js";
import { karrasRamp } from "../spacing.js";
import type { ConsistencyConfig } from "./config.js";
import type { TracedDenoise } from "./path.js";

/** Noise levels that a sampler of some steps visits, falling from `most`. */
export const visitedLevels = ({ steps, least, most }: ConsistencyConfig): number[] =>
  karrasRamp(steps + 1, least, most).slice(0, -1);

/**
 * Draws images in a few evaluations: the image of noise, then that image with less noise added, and so on.
 *
 * @returns  [count, C, H, W] in [0, 1]
 * @source Song et al. 2023, arXiv:2303.01469, algorithm 1
 */
export function consistencySample(
  scope: Scope,
  count: Dim,
  { temperature }: Pick<SampleTrace, "temperature">,
  student: TracedDenoise,
  { channels, height, width }: ImageShape,
  config: ConsistencyConfig,
): Tensor {
  let image: Tensor | undefined;
  for (const [step, level] of visitedLevels(config).entries()) {
    const sigma = broadcastTo(constant(level), [count]);
    const noise = scope.noise(`step${step + 1}`, [count, channels, height, width], "normal");
    const spread = mul(noise, temperature);
    const levels = levelsOf(sigma);
    const z = image === undefined ? mul(spread, levels.spread) : diffuse(image, spread, levels);
    image = clip(student(z, sigma), -1, 1);
  }
  return mul(add(image as Tensor, 1), 0.5);
}
