import type { DataTraits } from "../../core/batch.js";
import { pixelsPerImage } from "../../core/batch.js";
import type { CompleteRequest, Host, HostBatch, SampleRequest } from "../../core/driven.js";
import type { FitStage } from "../../core/fit.js";

import { countingFit, logProbsOf, type Rows, traceScore } from "./counting.js";
import { type Draw, type TabularModel, uniforms } from "./draws.js";
import {
  type CountingConfig,
  describeLevels,
  describeZeros,
  hostCategories,
  MISSING,
  pixelOf,
} from "./levels.js";

/** A fitted table on the host. */
export interface Reader {
  /**
   * Fills in the missing values by exact draws conditioned on the others.
   *
   * @param values    [n] by variable, {@link MISSING} for values to draw
   * @param numbers   [drawsPerImage] in [0, 1)
   * @param onDraw    called for each draw
   * @throws DataError `impossible` when the given values have probability 0
   */
  fill(values: Int32Array, numbers: Float64Array, onDraw?: (draw: Draw) => void): void;
  /** log p of the given values, with the missing ones summed out. */
  logEvidence(values: Int32Array): number;
}

/** The parts in which tabular models differ. */
export interface TabularSetup {
  readonly data: DataTraits;
  readonly config: CountingConfig;
  readonly rows: Rows;
  /** Number of uniform numbers per image. */
  readonly drawsPerImage: number;
  /** @param temperature  of the draws */
  read(logProbs: Float32Array, temperature: number): Reader;
  /** How a score is computed, for its protocol. */
  readonly estimator: string;
  /** Counts images with missing pixels, if that is still maximum likelihood. */
  readonly countMissing?: FitStage["missing"];
  explain(): string;
}

/** A model that counts, scores by look-up, and draws on the host. */
export function tabularModel(setup: TabularSetup): TabularModel {
  const { data, config, rows, drawsPerImage, countMissing, explain } = setup;
  return {
    steps: [],
    fit: countingFit(rows, config, countMissing),
    capabilities: {
      sample: { drive: (host, request) => drawImages(setup, host, request) },
      score: {
        maxSamples: 1,
        kind: () => "exact",
        estimator: () =>
          `${setup.estimator}; ${describeLevels(rows.levels, data)}${describeZeros(config)}`,
        trace: traceScore(rows),
        missing: (host, batch) => scoreMissing(setup, host, batch),
      },
      complete: { drive: (host, request) => completeImages(setup, host, request) },
    },
    explain,
    draws(values, { seed, image, temperature }) {
      const draws: Draw[] = [];
      const blank = new Int32Array(pixelsPerImage(data)).fill(MISSING);
      const numbers = uniforms(seed, drawsPerImage, image, 1);
      const reader = setup.read(logProbsOf(values), temperature);
      reader.fill(blank, numbers, (draw) => draws.push(draw));
      return draws;
    },
  };
}

/** [size · n] values after filling in all missing ones. */
async function filled(
  { data, drawsPerImage, read }: TabularSetup,
  host: Host,
  values: Int32Array,
  { size, first, seed, temperature }: SampleRequest,
): Promise<Int32Array> {
  const n = pixelsPerImage(data);
  const reader = read(logProbsOf(await host.values()), temperature);
  const numbers = uniforms(seed, drawsPerImage, first, size);
  for (let image = 0; image < size; image++) {
    host.signal?.throwIfAborted();
    reader.fill(
      values.subarray(image * n, (image + 1) * n),
      numbers.subarray(image * drawsPerImage, (image + 1) * drawsPerImage),
    );
    host.onProgress?.((image + 1) / size);
  }
  return values;
}

async function drawImages(
  setup: TabularSetup,
  host: Host,
  request: SampleRequest,
): Promise<Float32Array> {
  const { data, rows } = setup;
  const blank = new Int32Array(request.size * pixelsPerImage(data)).fill(MISSING);
  const values = await filled(setup, host, blank, request);
  return Float32Array.from(values, (value) => pixelOf(value, rows.levels));
}

async function completeImages(
  setup: TabularSetup,
  host: Host,
  request: CompleteRequest,
): Promise<Float32Array> {
  const { pixelsUnit, known } = request;
  const { levels } = setup.rows;
  const isKnown = (index: number) =>
    known[index % known.length] === 1 && !Number.isNaN(pixelsUnit[index]);
  const given = hostCategories(pixelsUnit, levels).map((value, index) =>
    isKnown(index) ? value : MISSING,
  );
  const values = await filled(setup, host, given, request);
  return pixelsUnit.map((pixel, index) =>
    isKnown(index) ? pixel : pixelOf(values[index], levels),
  );
}

/** −log p of the present pixels, with the missing ones summed out. */
async function scoreMissing(
  { data, rows, read }: TabularSetup,
  host: Host,
  { count, pixelsUnit }: HostBatch,
): Promise<Float64Array> {
  const n = pixelsPerImage(data);
  const reader = read(logProbsOf(await host.values()), 1);
  const values = hostCategories(pixelsUnit, rows.levels);
  return Float64Array.from({ length: count }, (_, image) => {
    host.signal?.throwIfAborted();
    return -reader.logEvidence(values.subarray(image * n, (image + 1) * n));
  });
}
