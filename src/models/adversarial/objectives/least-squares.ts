import { add, mul, square, sub } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { AdversarialObjective } from "./objective.js";

/** ½ (D − target)² */
const halfSquare = (output: Tensor, target: number): Tensor =>
  mul(square(sub(output, target)), 0.5);

/**
 * ½ (D(x) − b)² + ½ D(G(z))², with the target b = 1 for real images and 0 for drawn ones.
 *
 * @param real    [B]
 * @param drawn   [B]
 * @param target  b
 * @returns       [B]
 * @source Mao et al. 2017, arXiv:1611.04076, equations 2 and 9
 */
const leastSquaresLoss = (real: Tensor, drawn: Tensor, target = 1): Tensor =>
  add(halfSquare(real, target), halfSquare(drawn, 0));

export const leastSquares: AdversarialObjective = {
  discriminator: (real, drawn) => leastSquaresLoss(real, drawn),
  generator: (drawn) => halfSquare(drawn, 1),
  paired: false,
  logOdds: false,
  anchored: true,
  needsLipschitz: false,
  smoothed: (real, drawn, smoothing) => leastSquaresLoss(real, drawn, 1 - smoothing),
};
