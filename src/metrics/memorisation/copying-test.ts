import { ConfigError, DataError } from "../../core/errors.js";
import { type Stream, stream } from "../../runtime/random.js";
import { type Accumulator, Measured } from "../accumulator.js";
import {
  chosenFeatures,
  type FeatureBatch,
  FeatureSet,
  type Features,
  requireComparable,
} from "../features.js";
import { nearestNeighbours } from "../nearest.js";
import { deviation } from "../standard-interval.js";
import { cellsOf, nearestCells } from "./cells.js";

const RESAMPLES = 200;

/** No cell of the feature space has enough images of all three sets. */
export class NoCommonCellError extends DataError {}

export interface CopyingTestOptions {
  /** Cells of the feature space; 5 by default. */
  readonly cells?: number;
  /** Generated images that a cell must have to count; 20 by default. */
  readonly least?: number;
  readonly seed?: number;
}

export interface CopyingTest {
  /**
   * C_T, in standard deviations: below 0 generated images are nearer to the training images than test
   * images are, above 0 farther. Beyond ±3 this is hardly chance.
   */
  readonly value: number;
  /** Of `value`, over the choice of generated images: 200 bootstrap resamples in each cell. */
  readonly standardError: number;
  /** z-score of each cell that counts, and its share of the test images. */
  readonly cells: readonly { readonly zScore: number; readonly share: number }[];
}

/**
 * Three-sample test of data copying: are generated images nearer to the training images than fresh real
 * images are? A Mann–Whitney test on the distances to the nearest training image in each cell of the
 * feature space, averaged by the cells' shares of the test images.
 *
 * It grows with the number of images and so compares models at equal numbers. Copying some images and
 * missing others can balance within a cell: look at the shares of copies, too. The real test set against
 * itself has 0.
 *
 * @throws ConfigError when a number is out of range
 * @throws DataError when widths differ or a set is empty
 * @throws NoCommonCellError, a DataError, when no cell has enough images of all three sets
 * @source Meehan, Chaudhuri & Dasgupta 2020, arXiv:2004.05675, section 4
 */
export function copyingTest(
  training: Features,
  test: Features,
  generated: Features,
  options: CopyingTestOptions = {},
): CopyingTest {
  const { cells: count = 5, least = 20, seed = 0 } = options;
  if (!(Number.isInteger(count) && count >= 1 && Number.isInteger(least) && least >= 1)) {
    throw new ConfigError(`cells and images in each must be from 1, not ${count} and ${least}`);
  }
  requireComparable(training, test, 1);
  requireComparable(training, generated, 1);
  const centres = cellsOf(training, count, seed);
  const members = [training, test, generated].map((set) => {
    const cells = nearestCells(set, centres);
    return (cell: number) =>
      chosenFeatures(
        set,
        [...cells.keys()].filter((image) => cells[image] === cell),
      );
  });
  const cells: { zScore: number; share: number; resampled: Float64Array }[] = [];
  for (let cell = 0; cell < centres.count; cell++) {
    const [ofTraining, ofTest, ofGenerated] = members.map((inCell) => inCell(cell));
    if (ofTraining.count === 0 || ofTest.count === 0 || ofGenerated.count < least) continue;
    const distances = nearestNeighbours(ofGenerated, ofTraining, 1).squared;
    const fresh = nearestNeighbours(ofTest, ofTraining, 1).squared;
    cells.push({
      zScore: mannWhitneyZ(distances, fresh),
      share: ofTest.count / test.count,
      resampled: resampledZ(distances, fresh, stream(seed, "metrics/copying-test", cell)),
    });
  }
  const share = cells.reduce((sum, cell) => sum + cell.share, 0);
  if (share === 0) {
    throw new NoCommonCellError(
      `no cell has ${least} generated images beside training and test images`,
    );
  }
  const average = (zScoreOf: (cell: (typeof cells)[number]) => number) =>
    cells.reduce((sum, cell) => sum + zScoreOf(cell) * cell.share, 0) / share;
  return {
    value: average(({ zScore }) => zScore),
    standardError: deviation(
      Array.from({ length: RESAMPLES }, (_, at) => average(({ resampled }) => resampled[at])),
    ),
    cells: cells.map(({ zScore, share: ofAll }) => ({ zScore, share: ofAll })),
  };
}

/** z-scores of a cell whose generated images are drawn again with replacement. */
function resampledZ(sample: Float64Array, other: Float64Array, random: Stream): Float64Array {
  const drawn = new Uint32Array(sample.length * RESAMPLES);
  random.integers(drawn, sample.length);
  return Float64Array.from({ length: RESAMPLES }, (_, resample) => {
    const chosen = drawn.subarray(resample * sample.length, (resample + 1) * sample.length);
    return mannWhitneyZ(
      Float64Array.from(chosen, (at) => sample[at]),
      other,
    );
  });
}

/** Gathers generated images against training and test images; see {@link copyingTest}. */
export const copyingTestTo = (
  training: Features,
  test: Features,
  options?: CopyingTestOptions,
): Accumulator<FeatureBatch, CopyingTest> =>
  new Measured(new FeatureSet(training.width), (generated) =>
    copyingTest(training, test, generated, options),
  );

/**
 * How far the values of one sample lie above those of another, in standard deviations of U; a tie counts
 * one half.
 *
 * @source Mann & Whitney 1947, doi:10.1214/aoms/1177730491
 */
export function mannWhitneyZ(sample: Float64Array, other: Float64Array): number {
  const [x, y] = [sample.slice().sort(), other.slice().sort()];
  let u = 0;
  let below = 0;
  let notAbove = 0;
  for (const value of x) {
    while (below < y.length && y[below] < value) below++;
    while (notAbove < y.length && y[notAbove] <= value) notAbove++;
    u += (below + notAbove) / 2;
  }
  const pairs = x.length * y.length;
  return (u - pairs / 2) / Math.sqrt((pairs * (x.length + y.length + 1)) / 12);
}
