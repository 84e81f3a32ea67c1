/**
 * Kullback–Leibler divergence Σ p log(p / q) of two discrete distributions, in nats.
 *
 * @param p  [n] ≥ 0, not all 0: shares or counts
 * @param q  [n] likewise
 * @returns  from 0; infinite when q rules out what p does not
 */
export function klDivergence(p: ArrayLike<number>, q: ArrayLike<number>): number {
  const [totalP, totalQ] = [total(p), total(q)];
  let divergence = 0;
  for (let at = 0; at < p.length; at++) {
    const share = p[at] / totalP;
    if (share > 0) divergence += share * Math.log(share / (q[at] / totalQ));
  }
  return Math.max(0, divergence);
}

/**
 * Jensen–Shannon divergence of two discrete distributions, in nats: symmetric, in [0, log 2].
 *
 * @source Lin 1991, doi:10.1109/18.61115
 */
export function jensenShannonDivergence(p: ArrayLike<number>, q: ArrayLike<number>): number {
  const [totalP, totalQ] = [total(p), total(q)];
  const mixture = Float64Array.from(p, (share, at) => share / totalP + q[at] / totalQ);
  return (klDivergence(p, mixture) + klDivergence(q, mixture)) / 2;
}

function total(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at];
  return sum;
}
