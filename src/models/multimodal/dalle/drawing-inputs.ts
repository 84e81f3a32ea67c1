import { greater } from "../../../tensor/ops/elementwise.js";
import type { Dim } from "../../../tensor/shape.js";
import { input } from "../../../tensor/tensor.js";

/** What a program of one position reads beside its cache; see {@link Design.position}. */
export const drawingInputs = (size: Dim, textLength: number) => ({
  symbol: input("symbol", [size], "int32"),
  caption: input("caption", [size, textLength], "int32"),
  isHidden: greater(input("isHidden", [size]), 0),
});
