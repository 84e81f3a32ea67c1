import { requireCount } from "../core/capabilities/batches.js";
import { realness, realnessSlopes } from "../core/capabilities/realness.js";
import { sample } from "../core/capabilities/sample.js";
import { DataError } from "../core/errors.js";
import type { Images } from "../core/images.js";
import type { LoadedModel, WorkOptions } from "../core/loaded-model.js";
import { findDataset } from "../data/datasets.js";
import { type ImageSet, readImages } from "../data/image-set.js";
import { loadDataset } from "../data/load-dataset.js";
import type { Modes, PlanarDensity } from "../data/planar/density.js";
import type { Point } from "../data/planar/window.js";
import { type SampleDivergence, SampleHistogram } from "../metrics/planar/histogram.js";
import { PlanarModes, type PlanarModesResult } from "../metrics/planar/modes.js";
import {
  type AgainstOptimal,
  againstOptimal,
  type ComparedPoints,
  imagesAt,
} from "./against-optimal.js";
import { type OpenRunOptions, openRun } from "./open-run.js";

export interface PlaneOptions extends OpenRunOptions {
  /** Points to draw; 2,500 by default, as in PacGAN. */
  readonly count?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** A discriminator's view of the plane. */
export interface DiscriminatorView extends AgainstOptimal {
  /** [cells, cells] its outputs less the offset, row by row from the bottom of the window. */
  readonly logits: Float32Array;
  readonly cells: number;
  /** Some of the drawn points, and the slope of the discriminator there. */
  readonly slopes: readonly Slope[];
}

export interface Slope {
  readonly point: Point;
  /** Gradient of the discriminator's output, per unit of the plane. */
  readonly gradient: Point;
}

/**
 * Jensen–Shannon divergence over 50 × 50 cells, in nats. The reverse KL over cells is left out: one point far
 * from the data can make up most of it.
 */
export type CellDivergence = Pick<SampleDivergence, "count" | "jsdNats" | "outside">;

/** What a model has learned of a density in the plane. */
export interface PlaneReport {
  readonly density: PlanarDensity;
  readonly data: string;
  /** The step of the weights. */
  readonly step: number;
  readonly drawn: Images;
  /** Where the density has modes. */
  readonly modes?: PlanarModesResult;
  readonly divergence: CellDivergence;
  /** The same of as many test points of the data. */
  readonly floor: CellDivergence;
  /** Where the model has a discriminator that judges single images. */
  readonly discriminator?: DiscriminatorView;
}

const COUNT = 2_500;
const CELLS = 80;
/** Drawn points at which slopes are shown. */
const SLOPES = 150;

/**
 * Compares draws of a run that was trained on a density in the plane with that density, and its
 * discriminator with the optimal one.
 *
 * @param reference  a run directory or `zoo:NAME`
 * @throws DataError when the run was not trained on a density in the plane
 * @throws UnavailableError when the model cannot sample
 */
export async function plane(reference: string, options: PlaneOptions = {}): Promise<PlaneReport> {
  const { count = COUNT, seed = 0, signal } = options;
  requireCount("the number of points", count, 2);
  const work: WorkOptions = signal === undefined ? {} : { signal };
  const run = await openRun(reference, options);
  try {
    const { source } = run.data;
    const density = findDataset(source)?.density;
    if (density === undefined) {
      throw new DataError(
        `${reference} was trained on ${source}, which is no density in the plane; train a model on ring, grid, swiss-roll or moons`,
      );
    }
    const test = await loadDataset(source, { split: "test" });
    const real = await firstPoints(test, count);
    const drawn = await sample(run.model, { count, seed, ...work });
    const [ofReal, ofDrawn] = [real, drawn].map((images) => pointsOf(density, images.pixelsUnit));
    const { capabilities, conditionedOn = [] } = run.model.model;
    const discriminator =
      capabilities.realness && conditionedOn.length === 0
        ? await viewOf(run.model, density, { real: ofReal, drawn: ofDrawn }, work)
        : undefined;
    signal?.throwIfAborted();
    return {
      density,
      data: source,
      step: run.step,
      drawn,
      ...(density.modes && { modes: modesOf(density.modes, ofDrawn) }),
      divergence: divergenceOf(density, ofDrawn),
      floor: divergenceOf(density, ofReal),
      ...(discriminator && { discriminator }),
    };
  } finally {
    await run.close();
  }
}

const firstPoints = (test: ImageSet, count: number): Promise<Images> =>
  readImages(
    test,
    Uint32Array.from({ length: Math.min(count, test.count) }, (_, at) => at),
  );

/** [N, 2] the points of images of 1×1×2. */
const pointsOf = ({ window: { left, bottom, side } }: PlanarDensity, pixelsUnit: Float32Array) =>
  Float64Array.from(pixelsUnit, (value, at) => (at % 2 === 0 ? left : bottom) + side * value);

function modesOf({ centres, sigma }: Modes, points: Float64Array): PlanarModesResult {
  const modes = new PlanarModes(centres.flat(), sigma);
  modes.add(points);
  return modes.result();
}

function divergenceOf(density: PlanarDensity, points: Float64Array): CellDivergence {
  const { window, massOutside } = density;
  const { left, bottom, side } = window;
  const box = { left, bottom, right: left + side, top: bottom + side };
  const logDensity = (x: number, y: number) => density.logDensity([x, y]);
  const histogram = new SampleHistogram(logDensity, box, { massOutside });
  histogram.add(points);
  const { count, jsdNats, outside } = histogram.result();
  return { count, jsdNats, outside };
}

async function viewOf(
  model: LoadedModel,
  density: PlanarDensity,
  points: ComparedPoints,
  work: WorkOptions,
): Promise<DiscriminatorView> {
  const against = await againstOptimal(model, density, points, work);
  const { left, bottom, side } = density.window;
  const middles = Float64Array.from({ length: 2 * CELLS ** 2 }, (_, at) => {
    const cell = at >> 1;
    const [from, place] = at % 2 === 0 ? [left, cell % CELLS] : [bottom, Math.floor(cell / CELLS)];
    return from + ((place + 0.5) * side) / CELLS;
  });
  const outputs = await realness(model, imagesAt(density, middles), work);
  const logits = outputs.map((value) => value - against.offset);
  const shown = points.drawn.subarray(0, 2 * SLOPES);
  const gradients = await realnessSlopes(model, imagesAt(density, shown), work);
  const slopes = Array.from({ length: shown.length / 2 }, (_, at): Slope => {
    const pair = (values: ArrayLike<number>, unit: number): Point => [
      values[2 * at] / unit,
      values[2 * at + 1] / unit,
    ];
    return { point: pair(shown, 1), gradient: pair(gradients, side) };
  });
  return { ...against, logits, cells: CELLS, slopes };
}
