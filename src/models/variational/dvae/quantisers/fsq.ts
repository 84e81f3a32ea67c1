import {
  add,
  cast,
  div,
  floor,
  maximum,
  minimum,
  mul,
  round,
  straightThrough,
  sub,
  tanh,
} from "../../../../tensor/ops/elementwise.js";
import { expandDims, reshape } from "../../../../tensor/ops/rearrange.js";
import { sum } from "../../../../tensor/ops/reduction.js";
import { constant, type Tensor } from "../../../../tensor/tensor.js";
import { certainKl, certainPosterior } from "./certain.js";
import type { Quantiser } from "./quantiser.js";

/** Lets the outermost levels be reached: the range is this much wider than the levels. */
const REACH = 1e-3;

/**
 * Finite scalar quantisation: each number of a vector is squashed into a range and rounded to one of its
 * levels. The codebook is the grid of all levels, so nothing is learned and no code can die.
 *
 * @param levels  levels of each number, at least 2
 * @source Mentzer, Minnen, Agustsson & Tschannen 2023, arXiv:2309.15505, section 3 and appendix A; the
 *         shift that centres an even number of levels is atanh, the inverse of the squashing
 */
export function fsq(levels: readonly number[]): Quantiser {
  const codes = levels.reduce((product, level) => product * level, 1);
  const alongChannels = (values: readonly number[]) => constant(values, [values.length, 1, 1]);
  const half = levels.map((level) => ((level - 1) * (1 + REACH)) / 2);
  const offset = levels.map((level) => (level % 2 === 0 ? 0.5 : 0));
  const shift = offset.map((value, at) => Math.atanh(value / half[at]));
  const halfWidth = levels.map((level) => Math.floor(level / 2));
  const basis = levels.map((_, at) => levels.slice(0, at).reduce((a, b) => a * b, 1));

  const bounded = (encoded: Tensor) =>
    sub(mul(tanh(add(encoded, alongChannels(shift))), alongChannels(half)), alongChannels(offset));
  // Of many levels the reach is more than half a level, and rounding goes one beyond the outermost.
  const lowest = halfWidth.map((width) => -width);
  const highest = levels.map((level, at) => level - 1 - halfWidth[at]);
  const rounded = (inside: Tensor) =>
    minimum(maximum(round(inside), alongChannels(lowest)), alongChannels(highest));
  const scaled = (numbers: Tensor) => div(numbers, alongChannels(halfWidth));
  const tokens = (encoded: Tensor): Tensor => {
    const digits = add(rounded(bounded(encoded)), alongChannels(halfWidth));
    return cast(sum(mul(digits, alongChannels(basis)), 1), "int64");
  };
  const likeliest = (encoded: Tensor) => {
    const inside = bounded(encoded);
    return scaled(straightThrough(rounded(inside), inside));
  };
  return {
    codes,
    inputs: levels.length,
    // Larger outputs would be squashed where the slope is nearly 0, and whole numbers would stay constant.
    gain: 1,
    length: levels.length,
    describes: `each of ${levels.length} numbers is rounded to one of ${levels.join(", ")} levels, and the gradient passes through the rounding`,
    estimator: "one certain code a position",
    quantise: (_, encoded) => ({
      vectors: likeliest(encoded),
      klNats: certainKl(encoded, codes),
      klWeight: 0,
      metrics: {},
    }),
    posterior: (_, encoded) => certainPosterior(tokens(encoded), encoded, codes),
    tokens: (_, encoded) => tokens(encoded),
    vectors(_, given) {
      const [count, height, width] = given.shape;
      const number = reshape(expandDims(cast(given, "float32"), 1), [count, 1, height, width]);
      const digits = modulo(floor(div(add(number, 0.5), alongChannels(basis))), levels);
      return scaled(sub(digits, alongChannels(halfWidth)));
    },
    likeliest: (_, encoded) => likeliest(encoded),
  };

  function modulo(x: Tensor, divisors: readonly number[]): Tensor {
    const times = floor(div(add(x, 0.5), alongChannels(divisors)));
    return sub(x, mul(times, alongChannels(divisors)));
  }
}
