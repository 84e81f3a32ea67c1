import {
  categoricalNll,
  causalMask,
  dense,
  embedding,
  layerNorm,
  normalValues,
  transformerBlock,
} from "../../src/nn/index.js";
import { add, cast, mul, round } from "../../src/tensor/ops/elementwise.js";
import { reshape, sliceAxis } from "../../src/tensor/ops/rearrange.js";
import { type BenchStep, stepOnly } from "./step.js";

const SYMBOLS = 256;
const HEAD = 32;

interface Size {
  readonly name: string;
  readonly batchSize: number;
  readonly layers: number;
  readonly features: number;
  readonly length: number;
}

/** A language model over symbols 0 to 255, which come as a row of `length + 1` pixels. */
function transformer(size: Size): BenchStep {
  const { name, batchSize, layers, features, length } = size;
  return {
    id: `transformer-${name}`,
    title: `transformer, ${layers} layers, d ${features}, heads of ${HEAD}, T ${length}, batch ${batchSize}`,
    batchSize,
    data: {
      channels: 1,
      height: 1,
      width: length + 1,
      binary: false,
      levels: null,
      annotations: {},
    },
    build: () =>
      stepOnly(["decoder"], (scope, pixelsUnit) => {
        const decoder = scope.child("decoder");
        const symbols = cast(round(mul(pixelsUnit, SYMBOLS - 1)), "int64");
        const row = reshape(symbols, [pixelsUnit.shape[0], length + 1]);
        const given = sliceAxis(row, 1, { start: 0, end: length });
        const next = sliceAxis(row, 1, { start: 1, end: length + 1 });
        const place = decoder
          .child("positions")
          .parameter("weight", [length, features], normalValues());
        let h = add(
          embedding(decoder.child("symbols"), given, { count: SYMBOLS, features }),
          place,
        );
        const settings = { heads: features / HEAD, mask: causalMask(length) };
        for (let layer = 1; layer <= layers; layer++) {
          h = transformerBlock(decoder.child(`block${layer}`), h, settings);
        }
        const logits = dense(decoder.child("logits"), layerNorm(decoder.child("norm"), h), {
          features: SYMBOLS,
        });
        return categoricalNll(next, logits);
      }),
  };
}

export const transformerSteps: readonly BenchStep[] = [
  transformer({ name: "small", batchSize: 16, layers: 4, features: 128, length: 96 }),
  transformer({ name: "medium", batchSize: 8, layers: 4, features: 256, length: 256 }),
];
