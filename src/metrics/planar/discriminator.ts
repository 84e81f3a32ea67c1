import { DataError } from "../../core/errors.js";

/** What a discriminator says about points, and the logarithms of both densities there. */
export interface JudgedPoints {
  /** [N] outputs before the sigmoid */
  readonly logits: ArrayLike<number>;
  /** [N] log p of the data */
  readonly logData: ArrayLike<number>;
  /** [N] log q of the generator */
  readonly logModel: ArrayLike<number>;
}

export interface DiscriminatorGap {
  /** Mean |D − D*| over both sets of points, in [0, 1]. */
  readonly gap: number;
  /** What was taken from all outputs so that D's mean over both sets is ½; about 0 where D has learned that. */
  readonly offset: number;
  /** Jensen–Shannon divergence of the two densities, estimated from the points, in nats. */
  readonly jsdNats: number;
  /**
   * What D's own value of the minimax game says the divergence is: (V + log 4) / 2, in nats. At D* it is
   * the divergence; a worse D gives less.
   */
  readonly valueNats: number;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/**
 * How far a discriminator is from the optimal one, D* = p / (p + q), over as many points of the data as of
 * the generator. Outputs must be log-odds, as logistic objectives make them; a constant in them, which
 * relativistic pairing leaves open, is taken off first.
 *
 * @throws DataError when there are no points
 * @source Goodfellow et al. 2014, arXiv:1406.2661, proposition 1 and theorem 1
 */
export function discriminatorGap(real: JudgedPoints, drawn: JudgedPoints): DiscriminatorGap {
  if (real.logits.length === 0 || drawn.logits.length === 0) {
    throw new DataError("a discriminator is compared on at least one point of each kind");
  }
  const offset = offsetOf([real.logits, drawn.logits]);
  const gapOf = (points: JudgedPoints) =>
    meanOf(points, (at) =>
      Math.abs(
        sigmoid(points.logits[at] - offset) - sigmoid(points.logData[at] - points.logModel[at]),
      ),
    );
  // log(2p / (p + q)) = log 2 − log(1 + q/p)
  const surprise = (more: ArrayLike<number>, less: ArrayLike<number>) => (at: number) =>
    Math.LN2 - softplus(less[at] - more[at]);
  const ofData = meanOf(real, surprise(real.logData, real.logModel));
  const ofModel = meanOf(drawn, surprise(drawn.logModel, drawn.logData));
  // log σ(x) = −softplus(−x)
  const value =
    meanOf(real, (at) => -softplus(offset - real.logits[at])) +
    meanOf(drawn, (at) => -softplus(drawn.logits[at] - offset));
  return {
    gap: (gapOf(real) + gapOf(drawn)) / 2,
    offset,
    jsdNats: (ofData + ofModel) / 2,
    valueNats: (value + Math.log(4)) / 2,
  };
}

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

function meanOf({ logits }: JudgedPoints, value: (at: number) => number): number {
  let sum = 0;
  for (let at = 0; at < logits.length; at++) sum += value(at);
  return sum / logits.length;
}

/** The constant without which D's mean over both kinds of points is ½, by bisection. */
function offsetOf(kinds: readonly ArrayLike<number>[]): number {
  const all = kinds.map((logits) => Array.from(logits));
  let low = all.flat().reduce((a, b) => Math.min(a, b));
  let high = all.flat().reduce((a, b) => Math.max(a, b));
  const mean = (offset: number) =>
    all.reduce(
      (sum, logits) =>
        sum + logits.reduce((part, x) => part + sigmoid(x - offset), 0) / logits.length / 2,
      0,
    );
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (mean(middle) > 0.5) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
