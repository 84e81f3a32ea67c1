import { mul, sigmoid } from "../../tensor/ops/elementwise.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Scope } from "../scope.js";
import { type DenseOptions, dense } from "./dense.js";

/**
 * A fully connected layer gated by another: h · σ(g). Its parts are `h` and `g`.
 *
 * @param x  [..., in]
 * @returns  [..., features]
 * @source Dauphin et al. 2017, arXiv:1612.08083, equation 1; used by Tomczak & Welling 2018,
 *         arXiv:1705.07120
 */
export function gatedDense(scope: Scope, x: Tensor, options: DenseOptions): Tensor {
  return mul(dense(scope.child("h"), x, options), sigmoid(dense(scope.child("g"), x, options)));
}
