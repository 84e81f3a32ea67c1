import { ConfigError } from "../../core/errors.js";
import { stream } from "../../runtime/random.js";
import { chosenFeatures, type Features } from "../features.js";
import type { Interval } from "../interval.js";
import { authenticImages } from "../memorisation/authenticity.js";
import { type CopyingTest, copyingTest, NoCommonCellError } from "../memorisation/copying-test.js";
import { COPY_RATIO, nearestTraining } from "../memorisation/nearest-training.js";
import { shareInterval, standardInterval } from "../standard-interval.js";
import type { Comparison } from "./comparison.js";

/** So few images would leave no cell of several with enough of them. */
const FEWEST_FOR_CELLS = 200;

/** Images that are looked up among all training images; more would take minutes. */
const MOST_JUDGED = 1000;

export const memorisation: Comparison = {
  description: "copies of training images, AuthPct and C_T",
  needs: ["training"],
  floor: "heldOut",
  measure({ generated, training, heldOut }, { seed, intervals }) {
    if (training === undefined || heldOut === undefined) {
      throw new ConfigError("memorisation needs training images and held-out ones");
    }
    const [features, fresh] = [generated, heldOut].map((set) => some(set.features, seed));
    const cells = Math.min(features.count, fresh.count) < FEWEST_FOR_CELLS ? 1 : 5;
    const test = copyingIn(training.features, fresh, features, { cells, seed });
    const found = nearestTraining(training.features, features);
    const { ratio, copies } = found;
    const copied = ratio.map((value) => Number(value <= COPY_RATIO));
    const authentic = authenticImages(training.features, features, found);
    const share = authentic.reduce((a, b) => a + b, 0) / authentic.length;
    return [
      {
        figure: "copies",
        value: copies,
        ...(intervals && { interval: shareInterval(copied) }),
      },
      {
        figure: "AuthPct",
        value: 100 * share,
        ...(intervals && { interval: inPercent(shareInterval(authentic)) }),
      },
      ...(test === undefined
        ? []
        : [
            {
              figure: "C_T",
              value: test.value,
              ...(intervals && { interval: standardInterval(test.value, test.standardError) }),
            },
          ]),
    ];
  },
};

const inPercent = ({ low, high, level }: Interval): Interval => ({
  low: 100 * low,
  high: 100 * high,
  level,
});

/** The copying test; undefined where generated images lie where no training or test images do. */
function copyingIn(...args: Parameters<typeof copyingTest>): CopyingTest | undefined {
  try {
    return copyingTest(...args);
  } catch (error) {
    if (error instanceof NoCommonCellError) return undefined;
    throw error;
  }
}

/** Images of a set by chance, or all where there are few. */
function some(features: Features, seed: number): Features {
  if (features.count <= MOST_JUDGED) return features;
  const order = stream(seed, "metrics/memorisation").permutation(features.count);
  return chosenFeatures(features, order.subarray(0, MOST_JUDGED));
}
