import { ConfigError } from "../core/errors.js";
import { stream } from "../runtime/random.js";

/** Which images each training step reads. A pure function of its options and the step's number. */
export interface BatchPlan {
  readonly batchSize: number;
  /**
   * Whole batches per epoch, at least 1; each epoch leaves out different images. With domains, as
   * many as the largest domain fills, so images of the others repeat.
   */
  readonly stepsPerEpoch: number;
  /** The epoch of a step, both from 0. */
  epoch(step: number): number;
  /**
   * [batchSize] the images of a step, from 0. Without domains, no image repeats within an epoch.
   * With domains, equally many of each, in the order of the domains.
   */
  indices(step: number): Uint32Array;
}

/** Options of a plan. */
export interface BatchPlanOptions {
  readonly count: number;
  readonly batchSize: number;
  readonly seed: number;
  /**
   * [count] the domain of each image, from 0, for batches with equally many images of each domain.
   */
  readonly domains?: ArrayLike<number>;
}

/**
 * Shuffled batches: epoch e reads the images in the order `stream(seed, "shuffle", e).permutation`.
 * With domains, each domain d has its own passes, pass p in the order of `stream(seed, "shuffle/d",
 * p)`, so a small domain makes several passes while a large one makes one. Any step can be computed
 * without the ones before it, so resuming needs only the step's number.
 *
 * @throws ConfigError when the batch size is not a whole number in [1, count], or, with domains,
 *   not a multiple of their number, or when a domain cannot fill its share of one batch
 */
export function batchPlan({ count, batchSize, seed, domains }: BatchPlanOptions): BatchPlan {
  if (!(Number.isInteger(batchSize) && batchSize >= 1)) {
    throw new ConfigError(`the batch size must be a whole number ≥ 1, not ${batchSize}`);
  }
  if (batchSize > count) {
    throw new ConfigError(
      `a batch of ${batchSize} is more than the ${count} images; choose at most ${count}`,
    );
  }
  const readers =
    domains === undefined
      ? [reader(count, batchSize, (pass) => stream(seed, "shuffle", pass))]
      : domainReaders({ count, batchSize, seed, domains });
  const stepsPerEpoch = Math.max(...readers.map((each) => each.steps));
  return {
    batchSize,
    stepsPerEpoch,
    epoch: (step) => Math.floor(step / stepsPerEpoch),
    indices(step) {
      const indices = new Uint32Array(batchSize);
      readers.forEach((each, place) => {
        indices.set(each.indices(step), (place * batchSize) / readers.length);
      });
      return indices;
    },
  };
}

/** Cycles through some images, `size` per step. */
interface Reader {
  /** Whole batches in one pass. */
  readonly steps: number;
  indices(step: number): Uint32Array;
}

function reader(
  count: number,
  size: number,
  streamOf: (pass: number) => ReturnType<typeof stream>,
): Reader {
  const steps = Math.floor(count / size);
  let shuffled: { pass: number; order: Uint32Array } = { pass: -1, order: new Uint32Array() };
  return {
    steps,
    indices(step) {
      const pass = Math.floor(step / steps);
      if (shuffled.pass !== pass) {
        shuffled = { pass, order: streamOf(pass).permutation(count) };
      }
      const start = (step % steps) * size;
      return shuffled.order.slice(start, start + size);
    },
  };
}

function domainReaders({ count, batchSize, seed, domains = [] }: BatchPlanOptions): Reader[] {
  if (domains.length !== count) {
    throw new ConfigError(
      `there are ${domains.length} domain numbers for ${count} images; give one per image`,
    );
  }
  const members: number[][] = [];
  for (let index = 0; index < count; index++) {
    members[domains[index]] ??= [];
    members[domains[index]].push(index);
  }
  const share = batchSize / members.length;
  if (!Number.isInteger(share)) {
    throw new ConfigError(
      `a batch of ${batchSize} images cannot have equally many of ${members.length} domains; choose a multiple of ${members.length}`,
    );
  }
  return Array.from(members, (images = [], domain) => {
    if (images.length < share) {
      throw new ConfigError(
        `a batch of ${batchSize} takes ${share} images of each domain, but domain ${domain} has ${images.length}. Choose at most ${members.length * images.length}`,
      );
    }
    const each = reader(images.length, share, (pass) => stream(seed, `shuffle/${domain}`, pass));
    return {
      steps: each.steps,
      indices: (step) => each.indices(step).map((place) => images[place]),
    };
  });
}
