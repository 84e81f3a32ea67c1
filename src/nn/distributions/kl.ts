import { FigmentError } from "../../tensor/errors.js";
import { add, exp, mul, sigmoid, softplus, square, sub } from "../../tensor/ops/elementwise.js";
import { logSoftmax } from "../../tensor/ops/reduction.js";
import { constant, type Tensor } from "../../tensor/tensor.js";
import type { Bernoulli } from "./bernoulli.js";
import type { Categorical } from "./categorical.js";
import { expectation } from "./class-axis.js";
import type { Normal } from "./normal.js";

/**
 * KL(p ‖ q) = E_p[log p − log q] in nats, in closed form, one per element; for `categorical`
 * without the class axis. Parameters broadcast.
 */
export function kl(p: Normal, q: Normal): Tensor;
export function kl(p: Bernoulli, q: Bernoulli): Tensor;
export function kl(p: Categorical, q: Categorical): Tensor;
export function kl(
  p: Normal | Bernoulli | Categorical,
  q: Normal | Bernoulli | Categorical,
): Tensor {
  if (p.kind === "normal" && q.kind === "normal") return klNormal(p, q);
  if (p.kind === "bernoulli" && q.kind === "bernoulli") {
    const difference = sub(p.logits, q.logits);
    const normalisers = sub(softplus(q.logits), softplus(p.logits));
    return add(mul(sigmoid(p.logits), difference), normalisers);
  }
  if (p.kind === "categorical" && q.kind === "categorical" && p.axis === q.axis) {
    const logProbs = logSoftmax(p.logits, p.axis);
    const logRatio = sub(logProbs, logSoftmax(q.logits, q.axis));
    return expectation(exp(logProbs), logRatio, p.axis);
  }
  throw new FigmentError(
    `kl: needs two distributions of the same form, with classes on one axis; these are ${p.kind} and ${q.kind}`,
  );
}

function klNormal(p: Normal, q: Normal): Tensor {
  const [pMean, qMean] = [p.mean(), q.mean()];
  const asTensor = (logVar: Tensor | number) =>
    typeof logVar === "number" ? constant(logVar, [], pMean.dtype) : logVar;
  const [pLogVar, qLogVar] = [asTensor(p.logVar), asTensor(q.logVar)];
  const logRatio = sub(pLogVar, qLogVar);
  const distance = mul(square(sub(pMean, qMean)), exp(sub(0, qLogVar)));
  return mul(sub(add(sub(exp(logRatio), logRatio), distance), 1), 0.5);
}

/**
 * KL(N(mean, e^logVar) ‖ N(0, 1)) = ½ (σ² + μ² − 1 − log σ²) in nats, one per element.
 *
 * @source Kingma & Welling 2013, arXiv:1312.6114, appendix B
 */
export function klToStandardNormal(mean: Tensor, logVar: Tensor): Tensor {
  return mul(sub(sub(add(exp(logVar), square(mean)), logVar), 1), 0.5);
}
