import { categorical, categoricalNll, temperedClassLogits } from "../../../nn/index.js";
import { cast, div, mul, round, sub } from "../../../tensor/ops/elementwise.js";
import { reshape } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Head } from "./head.js";

/**
 * Treats grey levels as unordered classes, with a softmax over the levels of each channel.
 *
 * @param levels  equally spaced values from 0 to 1
 * @source van den Oord, Kalchbrenner & Kavukcuoglu 2016, arXiv:1601.06759, section 2.3
 */
export function categoricalHead(channels: number, levels: number): Head {
  const toPixels = (classes: Tensor) => div(cast(classes, "float32"), levels - 1);
  return {
    kind: "categorical",
    outputs: channels * levels,
    groups: channels,
    uniforms: channels,
    describes: `probability of pixels of ${levels} levels, a softmax over them`,
    embed: (pixelsUnit) => sub(mul(pixelsUnit, 2), 1),
    nll(parameters, pixelsUnit) {
      const [batch, , height, width] = parameters.shape;
      const logits = reshape(parameters, [batch, channels, levels, height, width]);
      const classes = cast(round(mul(pixelsUnit, levels - 1)), "int64");
      return categoricalNll(classes, logits, -3);
    },
    draw(parameters, { uniforms, temperature }) {
      const logits = reshape(parameters, [parameters.shape[0], channels, levels]);
      return toPixels(categorical(temperedClassLogits(logits, temperature)).sample(uniforms));
    },
  };
}
