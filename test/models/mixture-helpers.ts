import { determinant, inverse, Matrix } from "ml-matrix";
import { numberedClasses } from "../../src/core/annotations.js";
import { type LoadedModel, loadModel } from "../../src/core/loaded-model.js";
import type { ModelDefinition } from "../../src/core/model.js";
import { arraySet, type ImageSet } from "../../src/data/image-set.js";
import { trainModel } from "../../src/in-memory.js";
import { layOut } from "../../src/models/mixture/layout.js";
import { cholesky } from "../../src/models/mixture/linear-algebra.js";
import {
  emptyBlocks,
  packWhitening,
  writeParameters,
} from "../../src/models/mixture/parameters.js";
import type { Device } from "../../src/runtime/program.js";
import { stream } from "../../src/runtime/random.js";
import type { MetricsLine } from "../../src/training/metrics-log.js";

/** Images with a single row of pixels. */
export function rowsSet(
  rows: readonly (readonly number[])[],
  extra: Partial<Pick<ImageSet, "annotations" | "weights">> = {},
): ImageSet {
  return arraySet(
    {
      name: "rows",
      source: "rows",
      split: "all",
      channels: 1,
      height: 1,
      width: rows[0].length,
      ...extra,
    },
    Float32Array.from(rows.flat()),
  );
}

/** Points around random centres, with each coordinate correlated with the one before. */
export function blobs(seed: number, count: number, width: number, centres: number): number[][] {
  const places = new Float64Array(centres * width);
  stream(seed, "centres").uniform(places);
  const noise = new Float64Array(count * width);
  stream(seed, "noise").normal(noise);
  return Array.from({ length: count }, (_, row) =>
    Array.from({ length: width }, (_, column) => {
      const at = row * width + column;
      const mixed = noise[at] + (column > 0 ? 0.6 * noise[at - 1] : 0);
      return places[(row % centres) * width + column] + 0.08 * mixed;
    }),
  );
}

interface FitRequest {
  readonly model: string | ModelDefinition;
  readonly images: ImageSet;
  readonly device: Device;
  readonly config: Readonly<Record<string, unknown>>;
  readonly epochs?: number;
  readonly batchSize?: number;
}

/** A fitted model, the metrics of its last stage's passes, and its warnings. */
export async function fitted({
  model,
  images,
  device,
  config,
  epochs = 50,
  batchSize = 64,
}: FitRequest) {
  const lines: MetricsLine[] = [];
  const warnings: string[] = [];
  const loaded = await trainModel({
    model,
    images,
    device,
    config,
    validation: 0,
    seed: 4,
    training: { epochs, batchSize },
    onMetrics: (line) => lines.push(line),
    onWarning: (message) => warnings.push(message),
  });
  const metrics = lines.flatMap((line) => (line.split === "train" ? [line.metrics] : []));
  const last = Math.max(...metrics.map(({ stage }) => stage));
  return { loaded, passes: metrics.filter(({ stage }) => stage === last), warnings };
}

/** A weighted Gaussian with its full covariance. */
export interface Component {
  readonly weight: number;
  readonly mean: readonly number[];
  readonly covariance: readonly (readonly number[])[];
}

/** A mixture with these components, over images with a single row. */
export function mixtureOf(
  definition: ModelDefinition,
  components: readonly Component[],
  device: Device,
  { classes = 0, config = {} }: { classes?: number; config?: Record<string, unknown> } = {},
): Promise<LoadedModel> {
  const width = components[0].mean.length;
  const data = {
    channels: 1,
    height: 1,
    width,
    binary: false,
    levels: null,
    annotations: numberedClasses(classes),
  };
  const each = components.length / Math.max(1, classes);
  const layout = layOut("test", "full", each, classes > 0, data);
  const whitening = emptyBlocks(layout);
  components.forEach(({ covariance }, at) => {
    const factor = Float64Array.from(covariance.flat());
    cholesky(factor, width);
    packWhitening(factor, whitening, layout, at);
  });
  const values = writeParameters(
    {
      logWeights: Float64Array.from(components, ({ weight }) => Math.log(weight)),
      means: Float64Array.from(components.flatMap(({ mean }) => [...mean])),
      whitening,
      inverseStd: undefined,
    },
    layout,
  );
  const parsed = definition.config.parse(config);
  return loadModel(definition, parsed, data, device, values);
}

/** p(x) by inverse and determinant, with ml-matrix 6.15.1, ignoring missing pixels (NaN). */
export function densityOf(components: readonly Component[], x: readonly number[]): number {
  return components.reduce((sum, part) => sum + part.weight * gaussianDensity(part, x), 0);
}

export function gaussianDensity({ mean, covariance }: Component, x: readonly number[]): number {
  const seen = indicesOf(x, (value) => !Number.isNaN(value));
  if (seen.length === 0) return 1;
  const part = new Matrix(covariance.map((row) => [...row])).selection(seen, seen);
  const distance = Matrix.columnVector(seen.map((at) => x[at] - mean[at]));
  const square = distance.transpose().mmul(inverse(part)).mmul(distance).get(0, 0);
  return Math.exp(-square / 2) / Math.sqrt((2 * Math.PI) ** seen.length * determinant(part));
}

/** Mean and covariance of the missing pixels given the others, by blocks of the covariance. */
export function conditionalOf({ mean, covariance }: Component, x: readonly number[]) {
  const seen = indicesOf(x, (value) => !Number.isNaN(value));
  const missing = indicesOf(x, Number.isNaN);
  const sigma = new Matrix(covariance.map((row) => [...row]));
  const gain = sigma.selection(missing, seen).mmul(inverse(sigma.selection(seen, seen)));
  const distance = Matrix.columnVector(seen.map((at) => x[at] - mean[at]));
  const shift = gain.mmul(distance).to1DArray();
  return {
    mean: missing.map((at, row) => mean[at] + shift[row]),
    covariance: Matrix.sub(
      sigma.selection(missing, missing),
      gain.mmul(sigma.selection(seen, missing)),
    ).to2DArray(),
  };
}

function indicesOf(x: readonly number[], keep: (value: number) => boolean): number[] {
  return Array.from(x.keys()).filter((at) => keep(x[at]));
}
