import { discretizedLogistic } from "../../../nn/index.js";
import { add, div, mul, sub } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { PixelFamily } from "./family.js";
import { drawTempered } from "./spread.js";

/** Before training the scale is e^−1 of half the pixel range, so that no level is impossible. */
const FIRST_LOG_SCALE = -1;

const toSigned = (pixelsUnit: Tensor) => sub(mul(pixelsUnit, 2), 1);
const toUnit = (pixelsSigned: Tensor) => div(add(pixelsSigned, 1), 2);

/**
 * Grey levels as intervals of a logistic distribution, by its mean and log-scale: probabilities of
 * levels, in bits/dim that compare with those of autoregressive models.
 *
 * @source Kingma et al. 2016, arXiv:1606.04934, appendix C
 */
export const logisticPixels = (levels: number): PixelFamily => ({
  outputs: 2,
  noise: "uniform",
  distribution(_, [mean, raw]) {
    const logScale = add(raw, FIRST_LOG_SCALE);
    const of = (scale: Tensor) => discretizedLogistic(mean, scale, levels);
    return {
      logProb: (pixelsUnit) => of(logScale).logProb(toSigned(pixelsUnit)),
      centre: () => toUnit(of(logScale).mean()),
      draw: (uniform, temperature) => toUnit(drawTempered(of, logScale, uniform, temperature)),
    };
  },
});
