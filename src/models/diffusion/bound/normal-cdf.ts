/**
 * The distribution function Φ of N(0, 1), and its logarithm far into the tail, in float64.
 *
 * @source erfc by the continued fraction and series of Abramowitz & Stegun 1964, 7.1.5 and 7.1.14
 */
export const normalCdf = (x: number): number =>
  x > 0 ? 1 - Math.exp(lowerTail(-x)) : Math.exp(lowerTail(x));

/** ln Φ(x). */
export const logNormalCdf = (x: number): number =>
  x > 0 ? Math.log1p(-Math.exp(lowerTail(-x))) : lowerTail(x);

/** Where the series gives way to the continued fraction. */
const FAR = -3;

/** ln Φ(x) for x ≤ 0. */
function lowerTail(x: number): number {
  const logDensity = -0.5 * x * x - 0.5 * Math.log(2 * Math.PI);
  if (x > FAR) {
    // Φ(x) = ½ − φ(x)·(|x| + |x|³/3 + |x|⁵/15 + …)
    let [term, sum] = [-x, -x];
    for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
      term *= (x * x) / odd;
      sum += term;
    }
    return Math.log(0.5 - Math.exp(logDensity) * sum);
  }
  // Φ(x) = φ(x) / (|x| + 1/(|x| + 2/(|x| + 3/(|x| + …))))
  let fraction = -x;
  for (let level = 80; level >= 1; level--) fraction = -x + level / fraction;
  return logDensity - Math.log(fraction);
}
