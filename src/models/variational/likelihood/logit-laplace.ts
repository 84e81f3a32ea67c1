import { logitLaplace } from "../../../nn/index.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { PixelFamily } from "./family.js";
import { drawTempered } from "./spread.js";

/** Real-valued pixels whose logit is Laplace distributed, by its location and log-scale. */
export const logitLaplacePixels: PixelFamily = {
  outputs: 2,
  noise: "uniform",
  distribution(_, [location, logScale]) {
    const of = (scale: Tensor) => logitLaplace(location, scale);
    const { logProb, mean } = of(logScale);
    return {
      logProb,
      centre: mean,
      draw: (uniform, temperature) => drawTempered(of, logScale, uniform, temperature),
    };
  },
};
