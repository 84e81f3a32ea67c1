import { ConfigError } from "../core/errors.js";
import { stream } from "../runtime/random.js";

/** Which images each training step reads. A pure function of its options and the step's number. */
export interface BatchPlan {
  readonly batchSize: number;
  /** Whole batches in an epoch, at least 1; the images left over are other ones in each epoch. */
  readonly stepsPerEpoch: number;
  /** The epoch of a step, both from 0. */
  epoch(step: number): number;
  /** [batchSize] the images of a step, from 0; no image comes twice in an epoch. */
  indices(step: number): Uint32Array;
}

/** What a plan is made of. */
export interface BatchPlanOptions {
  readonly count: number;
  readonly batchSize: number;
  readonly seed: number;
}

/**
 * Shuffled batches: epoch e reads the images in the order `stream(seed, "shuffle", e).permutation`.
 * Any step can be asked for without those before it, so resuming needs the step's number only.
 *
 * @throws ConfigError when the batch is not a whole number in [1, count]
 */
export function batchPlan({ count, batchSize, seed }: BatchPlanOptions): BatchPlan {
  if (!(Number.isInteger(batchSize) && batchSize >= 1))
    throw new ConfigError(`a batch of ${batchSize} images is not a whole number of at least 1`);
  if (batchSize > count)
    throw new ConfigError(
      `a batch of ${batchSize} is more than the ${count} images there are; choose at most ${count}`,
    );
  const stepsPerEpoch = Math.floor(count / batchSize);
  const epoch = (step: number) => Math.floor(step / stepsPerEpoch);
  let shuffled: { epoch: number; order: Uint32Array } = { epoch: -1, order: new Uint32Array() };
  return {
    batchSize,
    stepsPerEpoch,
    epoch,
    indices(step) {
      const current = epoch(step);
      if (shuffled.epoch !== current)
        shuffled = {
          epoch: current,
          order: stream(seed, "shuffle", current).permutation(count),
        };
      const start = (step % stepsPerEpoch) * batchSize;
      return shuffled.order.slice(start, start + batchSize);
    },
  };
}
