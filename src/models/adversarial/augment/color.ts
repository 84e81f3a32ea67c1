import { add, mul, sub } from "../../../tensor/ops/elementwise.js";
import { mean } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** [B, 1, 1, 1] uniform on [0, 1) each. */
export interface ColourDraws {
  readonly brightness: Tensor;
  readonly saturation: Tensor;
  readonly contrast: Tensor;
}

/**
 * Shifts an image's brightness by up to ½, scales its saturation by 0 to 2 and its contrast by ½ to
 * 1½. Gradients flow through.
 *
 * @param pixelsSigned  [B, C, H, W]
 * @source Zhao et al. 2020, arXiv:2006.10738, section 3.2 and its reference implementation
 */
export function varyColour(pixelsSigned: Tensor, draws: ColourDraws): Tensor {
  const bright = add(pixelsSigned, sub(draws.brightness, 0.5));
  const grey = mean(bright, 1, true);
  const saturated = add(grey, mul(sub(bright, grey), mul(draws.saturation, 2)));
  const middle = mean(saturated, [1, 2, 3], true);
  return add(middle, mul(sub(saturated, middle), add(draws.contrast, 0.5)));
}
