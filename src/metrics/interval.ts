/** Where a figure lies with the given confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** In (0, 1), such as 0.95. */
  readonly level: number;
}
