/**
 * A figure that is gathered batch by batch.
 *
 * Parts may be gathered apart and merged: neither the sizes of the batches nor the order in which they
 * were added or merged changes a printed digit of the result.
 */
export interface Accumulator<Batch, Result> {
  /** @throws DataError when the batch is malformed or does not fit those before; nothing is added then */
  add(batch: Batch): void;

  /**
   * Takes in what another accumulator has gathered, and leaves the other as it is.
   *
   * @throws ConfigError when the other's settings differ
   */
  merge(other: this): void;

  /** @throws DataError when too little has been gathered; more may be added afterwards */
  result(): Result;
}

/** An accumulator whose result is a function of what another one gathers. */
export class Measured<Batch, Gathered, Result> implements Accumulator<Batch, Result> {
  constructor(
    private readonly gathering: Accumulator<Batch, Gathered>,
    private readonly measure: (gathered: Gathered) => Result,
  ) {}

  add(batch: Batch): void {
    this.gathering.add(batch);
  }

  merge(other: Measured<Batch, Gathered, Result>): void {
    this.gathering.merge(other.gathering);
  }

  result(): Result {
    return this.measure(this.gathering.result());
  }
}
