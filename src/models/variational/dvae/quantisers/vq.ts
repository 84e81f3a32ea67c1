import { normalValues, zeros } from "../../../../nn/index.js";
import type { Scope } from "../../../../nn/scope.js";
import {
  add,
  cast,
  div,
  floor,
  less,
  maximum,
  minimum,
  mul,
  square,
  stopGradient,
  straightThrough,
  sub,
  where,
} from "../../../../tensor/ops/elementwise.js";
import { gather, oneHot } from "../../../../tensor/ops/indexing.js";
import { matmul } from "../../../../tensor/ops/linear.js";
import { expandDims, reshape, transpose } from "../../../../tensor/ops/rearrange.js";
import { argMax, axisSize, sum } from "../../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../../tensor/tensor.js";
import type { DvaeConfig } from "../config.js";
import { certainKl, certainPosterior } from "./certain.js";
import { lookUp } from "./codebook.js";
import type { Quantiser } from "./quantiser.js";

/** A code that is used less stays where it is: its mean would be a quotient of almost nothing. */
const LEAST_USE = 1e-5;

/** What a new code counts as having been used, in units of the use below which it is renewed. */
const CREDIT = 2;

/**
 * Vector quantisation: a position's code is the vector of the codebook nearest to the encoder's output.
 * The codebook follows moving averages of the outputs that are nearest to each code. It starts from
 * outputs of the first batch, because no code has been used before it.
 *
 * @source van den Oord, Vinyals & Kavukcuoglu 2017, arXiv:1711.00937, section 3.2 and appendix A.1;
 *         renewal as in Dhariwal et al. 2020, arXiv:2005.00341, section 3.1
 */
export function vq(config: DvaeConfig): Quantiser {
  const { codes, embedding, commitment } = config;
  const bookOf = (root: Scope) => {
    const scope = root.child("decoder").child("codebook");
    return {
      vectors: scope.buffer("vectors", [codes, embedding], normalValues()),
      uses: scope.buffer("uses", [codes], zeros),
      sums: scope.buffer("sums", [codes, embedding], zeros),
    };
  };
  const tokens = (scope: Scope, encoded: Tensor) => nearest(bookOf(scope).vectors, encoded);
  const likeliest = (scope: Scope, encoded: Tensor) =>
    straightThrough(lookUp(bookOf(scope).vectors, tokens(scope, encoded)), encoded);
  return {
    codes,
    inputs: embedding,
    gain: 4,
    length: embedding,
    describes:
      "a code is the vector of the codebook nearest to the encoder's output, to which the gradient is copied; the codebook follows moving averages",
    estimator: "one certain code a position",
    quantise(scope, encoded) {
      const { vectors } = bookOf(scope);
      const chosen = nearest(vectors, encoded);
      const quantised = lookUp(vectors, chosen);
      const commitmentError = sum(square(sub(encoded, stopGradient(quantised))), [1, 2, 3]);
      if (scope.training) follow(scope, bookOf(scope), encoded, chosen, config);
      return {
        vectors: straightThrough(quantised, encoded),
        klNats: certainKl(encoded, codes),
        klWeight: 0,
        penalty: mul(commitmentError, commitment),
        metrics: { commitmentError },
      };
    },
    posterior: (scope, encoded) => certainPosterior(tokens(scope, encoded), encoded, codes),
    tokens,
    vectors: (scope, given) => lookUp(bookOf(scope).vectors, given),
    likeliest,
  };
}

/** The nearest vector of each position: [K, D] and [B, D, h, w] → int64 [B, h, w] */
function nearest(vectors: Tensor, encoded: Tensor): Tensor {
  const [batch, , height, width] = encoded.shape;
  const outputs = asRows(encoded);
  // |e − c|² without |e|², which all codes share.
  const half = mul(sum(square(vectors), 1), 0.5);
  const closeness = sub(matmul(outputs, vectors, { transposeB: true }), half);
  return reshape(argMax(closeness, 1), [batch, height, width]);
}

/** [B, D, h, w] → [B·h·w, D] */
function asRows(encoded: Tensor): Tensor {
  const length = encoded.shape[1];
  return reshape(transpose(encoded, [0, 2, 3, 1]), [-1, length]);
}

interface Book {
  /** [K, D] */
  readonly vectors: Tensor;
  /** [K] moving average of how often a batch uses a code. */
  readonly uses: Tensor;
  /** [K, D] moving average of the sum of the outputs that are nearest to a code. */
  readonly sums: Tensor;
}

/** Lets the codebook follow a batch, and replaces codes that are hardly used by outputs of the batch. */
function follow(
  scope: Scope,
  { vectors, uses, sums }: Book,
  encoded: Tensor,
  chosen: Tensor,
  { codes, decay, renewal }: DvaeConfig,
): void {
  const outputs = stopGradient(asRows(encoded));
  const members = oneHot(reshape(chosen, [-1]), codes);
  const moved = (old: Tensor, now: Tensor) => add(mul(old, decay), mul(now, 1 - decay));
  const newUses = moved(uses, sum(members, 0));
  const newSums = moved(sums, matmul(members, outputs, { transposeA: true }));
  const count = axisSize(outputs, 0);
  const equalShare = div(count, codes);
  const picks = scope.noise("renewal", [codes], "uniform");
  const last = sub(count, 1);
  const picked = gather(outputs, cast(minimum(floor(mul(picks, count)), last), "int64"));
  const idle = less(newUses, mul(equalShare, renewal));
  const rows = (values: Tensor) => expandDims(values, 1);
  const means = div(newSums, rows(maximum(newUses, LEAST_USE)));
  const kept = where(rows(less(newUses, LEAST_USE)), vectors, means);
  scope.update(vectors, where(rows(idle), picked, kept));
  // Just enough that a code which is not taken up is soon renewed again.
  const credit = mul(equalShare, CREDIT * renewal);
  scope.update(uses, where(idle, credit, newUses));
  scope.update(sums, where(rows(idle), mul(picked, credit), newSums));
}
