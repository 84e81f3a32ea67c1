import { classCount } from "../../core/annotations.js";
import type { DataTraits } from "../../core/batch.js";
import { ConfigError } from "../../core/errors.js";
import type { CovarianceType } from "./options.js";

/** The sizes of a mixture of Gaussians. */
export interface Layout {
  readonly covariance: CovarianceType;
  /** Number of classes, each with its own components; 1 without labels. */
  readonly classes: number;
  /** Number of components of all classes together; those of class 0 come first. */
  readonly components: number;
  /** D, the number of values of an image: channels times pixels. */
  readonly length: number;
  /** The block rows of a covariance's lower triangle; none if covariances are diagonal. */
  readonly blocks: readonly BlockRow[];
  /** Number of full matrices: one per component, or one for all; 0 if covariances are diagonal. */
  readonly matrices: number;
}

/** Rows start … end of a lower triangle, stored with the columns 0 … end: [end − start, end]. */
export interface BlockRow {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const MAX_BYTES = 2 ** 30;
const MAX_PIXELS = 8192;

/**
 * @param components  per class
 * @throws ConfigError when the labels are missing, or the covariances do not fit into memory
 */
export function layOut(
  model: string,
  covariance: CovarianceType,
  components: number,
  conditional: boolean,
  data: DataTraits,
): Layout {
  const length = data.channels * data.height * data.width;
  const known = classCount(data.annotations);
  if (conditional && known === 0) {
    throw new ConfigError(`${model}: conditional=true needs labelled images, and these have none`);
  }
  const classes = conditional ? known : 1;
  const all = classes * components;
  const dense = covariance === "full" || covariance === "tied";
  const matrices = dense ? (covariance === "full" ? all : 1) : 0;
  const blocks = dense ? blockRows(length) : [];
  const bytes = 8 * matrices * blocks.reduce((sum, b) => sum + (b.end - b.start) * b.end, 0);
  if (bytes > MAX_BYTES || (dense && length > MAX_PIXELS)) {
    throw new ConfigError(
      `${model}: ${matrices} ${covariance} covariance${matrices === 1 ? "" : "s"} of ${length} pixels need several times ${(bytes / 1e9).toFixed(1)} GB; ` +
        "use fewer components, smaller images, or covariance=diagonal",
    );
  }
  return { covariance, classes, components: all, length, blocks, matrices };
}

/** Rows per block: few enough to skip most of the upper triangle, enough for fast products. */
const BLOCK = 128;

function blockRows(length: number): BlockRow[] {
  const count = Math.ceil(length / BLOCK);
  return Array.from({ length: count }, (_, block) => ({
    name: `rows${block}`,
    start: Math.floor((block * length) / count),
    end: Math.floor(((block + 1) * length) / count),
  }));
}

/** The class of a component. */
export function classOf({ classes, components }: Layout, component: number): number {
  return Math.floor((component * classes) / components);
}

/**
 * Number of free parameters: weights (one of which is determined by the others), means, and symmetric
 * covariances.
 */
export function freeParameters({ covariance, components, length }: Layout): number {
  const triangle = (length * (length + 1)) / 2;
  const ofCovariance = {
    full: components * triangle,
    tied: triangle,
    diagonal: components * length,
    spherical: components,
  }[covariance];
  return components - 1 + components * length + ofCovariance;
}
