import { add, div } from "../../tensor/ops/elementwise.js";
import type { Tensor } from "../../tensor/tensor.js";

/** The mean of a value over several draws. */
export const meanOver = (draws: number, value: (draw: number) => Tensor): Tensor =>
  div(
    Array.from({ length: draws }, (_, draw) => value(draw)).reduce((a, b) => add(a, b)),
    draws,
  );
