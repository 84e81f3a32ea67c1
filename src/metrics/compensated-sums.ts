/**
 * Sums of finite float64 numbers, each with a second float64 for what rounding loses.
 *
 * A sum is known to about 106 bits, so the 53 that are read do not depend on the order of the terms, nor
 * on how sums of parts were merged.
 *
 * @source Neumaier 1974, doi:10.1002/zamm.19740540106; the error of an addition is Knuth's TwoSum (1969)
 */
export class CompensatedSums {
  /** [length] running sums, as rounded on the way. */
  readonly high: Float64Array;
  /** [length] what rounding has lost of them. */
  readonly low: Float64Array;

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

  merge(other: CompensatedSums): void {
    for (let at = 0; at < this.length; at++) {
      this.add(at, other.high[at]);
      this.low[at] += other.low[at];
    }
  }

  /** Sum number `at`, rounded to the nearest float64. */
  value(at: number): number {
    return this.high[at] + this.low[at];
  }

  /** What {@link CompensatedSums.value} lacks of sum number `at`. */
  rest(at: number): number {
    return this.high[at] - this.value(at) + this.low[at];
  }

  /** All sums. */
  values(): Float64Array {
    return this.high.map((_, at) => this.value(at));
  }
}
