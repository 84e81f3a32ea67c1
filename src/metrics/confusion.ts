import { ConfigError, DataError } from "../core/errors.js";
import type { Accumulator } from "./accumulator.js";
import { type ClassifiedBatch, decisionsOf } from "./classified.js";
import type { Interval } from "./interval.js";
import { wilsonInterval } from "./wilson.js";

/** Images of one class that are taken for another. */
export interface ConfusedPair {
  readonly actual: string;
  readonly predicted: string;
  readonly count: number;
  /** Of the images of the actual class, in (0, 1]. */
  readonly share: number;
}

export interface ClassAccuracy {
  readonly name: string;
  /** Images of this class. */
  readonly count: number;
  /** Share of them that is found; NaN where there are none. */
  readonly recall: number;
  /** Share of those taken for this class that are of it; NaN where there are none. */
  readonly precision: number;
}

export interface ConfusionResult {
  readonly count: number;
  /** Share of images whose class is found, in [0, 1]. */
  readonly accuracy: number;
  /** Wilson's interval of the accuracy, at 95 %. */
  readonly interval: Interval;
  /** [classes, classes] images by actual class (row) and predicted class (column). */
  readonly matrix: readonly (readonly number[])[];
  readonly perClass: readonly ClassAccuracy[];
  /** All pairs that occur, the most frequent first. */
  readonly confused: readonly ConfusedPair[];
}

/** Which classes a classifier takes for which: the most probable class against the true one. */
export class Confusion implements Accumulator<ClassifiedBatch, ConfusionResult> {
  /** [classes, classes] */
  private readonly counts: Float64Array;

  /**
   * @param names  of the classes, by number
   * @throws ConfigError when there are none
   */
  constructor(readonly names: readonly string[]) {
    if (names.length === 0) throw new ConfigError("a confusion matrix needs at least one class");
    this.counts = new Float64Array(names.length ** 2);
  }

  add(batch: ClassifiedBatch): void {
    const classes = this.names.length;
    for (const { actual, predicted } of decisionsOf(batch, classes)) {
      this.counts[actual * classes + predicted]++;
    }
  }

  merge(other: Confusion): void {
    if (other.names.join("\n") !== this.names.join("\n")) {
      throw new ConfigError("confusion matrices of different classes cannot be merged");
    }
    for (let at = 0; at < this.counts.length; at++) this.counts[at] += other.counts[at];
  }

  result(): ConfusionResult {
    const { names } = this;
    const matrix = names.map((_, row) =>
      Array.from(this.counts.subarray(row * names.length, (row + 1) * names.length)),
    );
    const actual = matrix.map((row) => row.reduce((a, b) => a + b, 0));
    const predicted = names.map((_, column) => matrix.reduce((sum, row) => sum + row[column], 0));
    const count = actual.reduce((a, b) => a + b, 0);
    if (count === 0) throw new DataError("a confusion matrix needs at least one image");
    const hits = matrix.reduce((sum, row, at) => sum + row[at], 0);
    return {
      count,
      accuracy: hits / count,
      interval: wilsonInterval(hits, count),
      matrix,
      perClass: names.map((name, at) => ({
        name,
        count: actual[at],
        recall: matrix[at][at] / actual[at],
        precision: matrix[at][at] / predicted[at],
      })),
      confused: confusedPairs(names, matrix, actual),
    };
  }
}

/** Pairs of equal counts stay in the order of the classes. */
function confusedPairs(
  names: readonly string[],
  matrix: readonly (readonly number[])[],
  actual: readonly number[],
): ConfusedPair[] {
  const pairs = matrix.flatMap((row, of) =>
    row.map((count, as) => ({
      actual: names[of],
      predicted: names[as],
      count,
      share: count / actual[of],
      wrong: of !== as && count > 0,
    })),
  );
  return pairs
    .filter(({ wrong }) => wrong)
    .map(({ wrong: _, ...pair }) => pair)
    .sort((a, b) => b.count - a.count);
}
