import { bernoulli, temperedLogits } from "../../../nn/index.js";
import type { PixelFamily } from "./family.js";

/** Binary pixels, by their logits. */
export const bernoulliPixels: PixelFamily = {
  outputs: 1,
  noise: "uniform",
  distribution(_, [logits]) {
    const { logProb, mean } = bernoulli(logits);
    return {
      logProb,
      centre: mean,
      draw: (noise, temperature) =>
        bernoulli(temperature === undefined ? logits : temperedLogits(logits, temperature)).sample(
          noise,
        ),
    };
  },
};
