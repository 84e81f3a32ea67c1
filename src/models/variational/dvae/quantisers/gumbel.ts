import { categorical, gumbelSoftmax, normalValues } from "../../../../nn/index.js";
import type { Scope } from "../../../../nn/scope.js";
import { convolve2d } from "../../../../tensor/ops/convolution.js";
import {
  add,
  cast,
  div,
  equal,
  exp,
  minimum,
  mul,
  straightThrough,
} from "../../../../tensor/ops/elementwise.js";
import { broadcastTo, expandDims, reshape, transpose } from "../../../../tensor/ops/rearrange.js";
import { argMax, logSoftmax, softmax, sum } from "../../../../tensor/ops/reduction.js";
import { range, type Tensor } from "../../../../tensor/tensor.js";
import { warmedUp } from "../../warm-up.js";
import type { DvaeConfig } from "../config.js";
import { lookUp } from "./codebook.js";
import type { Quantiser } from "./quantiser.js";

/** The channels of logits hold the codes. */
const CODES = 1;

/**
 * A categorical distribution at each position, relaxed in training so that gradients pass: the decoder's
 * input is the mean of all codes' vectors under a Gumbel-softmax sample.
 *
 * @source Jang, Gu & Poole 2017, arXiv:1611.01144; the annealing to 1/16 as in Ramesh et al. 2021,
 *         arXiv:2102.12092, section 2.1, by share of the training
 */
export function gumbel(config: DvaeConfig): Quantiser {
  const { codes, embedding } = config;
  const codebookOf = (scope: Scope) =>
    scope.child("decoder").parameter("codebook", [codes, embedding], normalValues());
  const tokens = (encoded: Tensor) => argMax(encoded, CODES);
  /** The mean of the codes' vectors: shares [B, K, h, w] → [B, D, h, w] */
  const mixed = (scope: Scope, shares: Tensor) =>
    convolve2d(shares, reshape(transpose(codebookOf(scope)), [embedding, codes, 1, 1]));
  return {
    codes,
    inputs: codes,
    gain: 4,
    length: embedding,
    describes: `a code is drawn from a categorical distribution; training decodes a Gumbel-softmax sample${config.straightThrough ? ", hardened, with the gradient of the soft one" : ""}`,
    estimator: "tokens drawn from the encoder, KL to uniform tokens",
    quantise(scope, encoded, { progress }) {
      const temperature = annealed(config, progress);
      const uniform = scope.noise("gumbel", encoded.shape, "uniform");
      const soft = gumbelSoftmax(encoded, uniform, temperature, CODES);
      const shares = config.straightThrough ? straightThrough(hardened(soft, codes), soft) : soft;
      return {
        vectors: mixed(scope, shares),
        klNats: klToUniform(encoded, codes),
        klWeight: warmedUp(config.beta, config.warmup, progress),
        metrics: { temperature: broadcastTo(temperature, [encoded.shape[0]]) },
      };
    },
    posterior: (_, encoded) => ({
      certain: false,
      klNats: klToUniform(encoded, codes),
      draw(scope, samples) {
        const [batch, , height, width] = encoded.shape;
        const each = categorical(expandDims(encoded, 1), -3);
        const uniform = scope.noise("tokens", [batch, samples, height, width], "uniform");
        const drawn = each.sample(uniform);
        return { tokens: drawn, logProbs: sum(each.logProb(drawn), [2, 3]) };
      },
    }),
    tokens: (_, encoded) => tokens(encoded),
    vectors: (scope, given) => lookUp(codebookOf(scope), given),
    likeliest: (scope, encoded) =>
      straightThrough(
        lookUp(codebookOf(scope), tokens(encoded)),
        mixed(scope, softmax(encoded, CODES)),
      ),
  };
}

/** 1 at the largest share of each position, 0 elsewhere. */
function hardened(shares: Tensor, codes: number): Tensor {
  const numbers = reshape(range(codes, "int64"), [codes, 1, 1]);
  return cast(equal(numbers, expandDims(argMax(shares, CODES), CODES)), "float32");
}

/** The temperature after a share of the training: it falls by equal factors, and then stays. */
export function annealed(
  { temperature, coldest, annealing }: Pick<DvaeConfig, "temperature" | "coldest" | "annealing">,
  progress: Tensor,
): Tensor {
  const share = annealing > 0 ? minimum(div(progress, annealing), 1) : add(mul(progress, 0), 1);
  return exp(add(mul(share, Math.log(coldest / temperature)), Math.log(temperature)));
}

/**
 * KL of the categorical distributions of all positions to the uniform one: Σ (log K − H(q)) over the grid.
 *
 * @param logits  [B, K, h, w]
 * @returns       [B] nats an image: a sum, as the reconstruction's over pixels, so that the two add up to
 *                a bound
 */
export function klToUniform(logits: Tensor, codes: number): Tensor {
  const logProbs = logSoftmax(logits, CODES);
  return sum(mul(exp(logProbs), add(logProbs, Math.log(codes))), [1, 2, 3]);
}
