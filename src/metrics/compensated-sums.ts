/**
 * Sums of finite float64 numbers, each with a second float64 for what rounding loses.
 *
 * A sum is known to about 106 bits, so the 53 that {@link CompensatedSums.values} returns do not depend on
 * the order of the terms, nor on how sums of parts were merged.
 *
 * @source Neumaier 1974, doi:10.1002/zamm.19740540106; the error term is Knuth's TwoSum (1969)
 */
export class CompensatedSums {
  private readonly high: Float64Array;
  private readonly low: Float64Array;

  constructor(readonly length: number) {
    this.high = new Float64Array(length);
    this.low = new Float64Array(length);
  }

  /** Adds a term to sum number `at`. */
  add(at: number, term: number): void {
    const before = this.high[at];
    const sum = before + term;
    const taken = sum - before;
    this.low[at] += before - (sum - taken) + (term - taken);
    this.high[at] = sum;
  }

  /** Adds `scale · terms[j]` for each j in [from, to) to sum number `at + j`. */
  addScaled(at: number, scale: number, terms: Float64Array, from: number, to: number): void {
    const { high, low } = this;
    for (let j = from; j < to; j++) {
      const term = scale * terms[j];
      const before = high[at + j];
      const sum = before + term;
      const taken = sum - before;
      low[at + j] += before - (sum - taken) + (term - taken);
      high[at + j] = sum;
    }
  }

  merge(other: CompensatedSums): void {
    for (let at = 0; at < this.length; at++) {
      this.add(at, other.high[at]);
      this.low[at] += other.low[at];
    }
  }

  /** The sums, each rounded to the nearest float64. */
  values(): Float64Array {
    return this.high.map((high, at) => high + this.low[at]);
  }
}
