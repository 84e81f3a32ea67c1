import { ConfigError } from "../../core/errors.js";
import { authenticImages } from "../memorisation/authenticity.js";
import { copyingTest } from "../memorisation/copying-test.js";
import { COPY_RATIO, nearestTraining } from "../memorisation/nearest-training.js";
import { meanInterval } from "../standard-interval.js";
import type { Comparison } from "./comparison.js";

/** So few images would leave no cell of several with enough of them. */
const FEWEST_FOR_CELLS = 200;

export const memorisation: Comparison = {
  description: "copies of training images, AuthPct and C_T",
  needs: ["training"],
  floor: "heldOut",
  measure({ generated, training, heldOut }, { seed, intervals }) {
    if (training === undefined || heldOut === undefined) {
      throw new ConfigError("memorisation needs training images and held-out ones");
    }
    const { features } = generated;
    const cells = Math.min(features.count, heldOut.features.count) < FEWEST_FOR_CELLS ? 1 : 5;
    const test = copyingTest(training.features, heldOut.features, features, { cells, seed });
    const { ratio, copies } = nearestTraining(training.features, features);
    const copied = ratio.map((value) => Number(value <= COPY_RATIO));
    const authentic = authenticImages(training.features, features).map((flag) => 100 * flag);
    const mean = authentic.reduce((a, b) => a + b, 0) / authentic.length;
    return [
      {
        figure: "copies",
        value: copies,
        ...(intervals && { interval: meanInterval(copied, seed) }),
      },
      {
        figure: "AuthPct",
        value: mean,
        ...(intervals && { interval: meanInterval(authentic, seed) }),
      },
      { figure: "C_T", value: test.value },
    ];
  },
};
