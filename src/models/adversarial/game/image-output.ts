import { z } from "zod";
import { tanh } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** How the generator's last layer makes pixels in [−1, 1]. */
export const imageOutput = z
  .enum(["tanh", "linear"])
  .default("tanh")
  .describe("last layer of the generator; a linear one is cut off at black and white in samples");

/** The image, in [−1, 1] or nearly so, of the last layer's values. */
export const painted = (values: Tensor, output: z.output<typeof imageOutput>): Tensor =>
  output === "tanh" ? tanh(values) : values;
