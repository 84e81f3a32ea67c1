import { categoricalNll, dense, embedding, layerNorm, normalValues } from "../../src/nn/index.js";
import type { Scope } from "../../src/nn/scope.js";
import { gelu } from "../../src/tensor/ops/activation.js";
import { add, cast, mul, round } from "../../src/tensor/ops/elementwise.js";
import { matmul } from "../../src/tensor/ops/linear.js";
import { reshape, sliceAxis, transpose } from "../../src/tensor/ops/rearrange.js";
import { softmax } from "../../src/tensor/ops/reduction.js";
import { constant, type Tensor } from "../../src/tensor/tensor.js";
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

/** Additive mask: 0 for positions that may be attended to, a large negative number for later ones. */
function causalMask(length: number): Tensor {
  const mask = Float32Array.from({ length: length * length }, (_, index) =>
    index % length > Math.floor(index / length) ? -1e9 : 0,
  );
  return constant(mask, [length, length]);
}

function attention(scope: Scope, x: Tensor, { features, length }: Size, mask: Tensor) {
  const batch = x.shape[0];
  const heads = features / HEAD;
  const project = (name: string) => {
    const rows = dense(scope.child(name), x, { features });
    return transpose(reshape(rows, [batch, length, heads, HEAD]), [0, 2, 1, 3]);
  };
  const [query, key, value] = ["query", "key", "value"].map(project);
  const scores = mul(matmul(query, key, { transposeB: true }), 1 / Math.sqrt(HEAD));
  const seen = matmul(softmax(add(scores, mask), -1), value);
  const joined = reshape(transpose(seen, [0, 2, 1, 3]), [batch, length, features]);
  return dense(scope.child("output"), joined, { features });
}

/** A language model over the symbols 0 to 255, given as a row of `length + 1` pixels. */
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
        const mask = causalMask(length);
        for (let layer = 1; layer <= layers; layer++) {
          const block = decoder.child(`block${layer}`);
          h = add(h, attention(block, layerNorm(block.child("norm1"), h), size, mask));
          const wide = dense(block.child("widen"), layerNorm(block.child("norm2"), h), {
            features: 4 * features,
          });
          h = add(h, dense(block.child("narrow"), gelu(wide), { features }));
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
