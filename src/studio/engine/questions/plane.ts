import { z } from "zod";
import { realness, realnessSlopes } from "../../../core/capabilities/realness.js";
import { sample } from "../../../core/capabilities/sample.js";
import { inMemory } from "../../../core/images.js";
import { readImages } from "../../../data/image-set.js";
import { planarDensities } from "../../../data/planar/densities.js";
import { planeToPixels } from "../../../data/planar/window.js";
import { discriminatorGap } from "../../../metrics/planar/discriminator.js";
import { kernelDensity } from "../../../metrics/planar/kernel-density.js";
import { PlanarModes } from "../../../metrics/planar/modes.js";
import { question, requireImages, type Subject } from "./question.js";

/** Points of each kind from which both densities are estimated. */
const KERNELS = 300;
/** Standard deviation of a kernel, as a share of the window's side. */
const BANDWIDTH = 0.03;

/** Share of the largest density from which on a place counts fully. */
const ENOUGH = 0.02;

/**
 * A game in the plane: points of both kinds, where the discriminator tells the generator to move, and the
 * discriminator beside the optimal one. Coordinates are pixels, in [0, 1].
 */
export const plane = question({
  can: ({ model, data }) =>
    model.capabilities.realness !== undefined &&
    model.capabilities.sample !== undefined &&
    data.channels * data.height * data.width === 2,
  request: z.strictObject({
    count: z.int().min(KERNELS).max(4096).default(1000),
    seed: z.int().min(0).default(0),
    /** Squares a side at which the discriminator is shown. */
    cells: z.int().min(4).max(128).default(32),
    /** Drawn points at which its slope is shown. */
    slopes: z.int().min(1).max(500).default(100),
  }),
  async answer(subject, { count, seed, cells, slopes }) {
    const { model } = subject;
    const images = requireImages(subject);
    const { pixelsUnit: drawn } = await sample(model, { count, seed });
    const shown = Uint32Array.from({ length: Math.min(KERNELS, images.count) }, (_, at) => at);
    const { pixelsUnit: real } = await readImages(images, shown);
    const some = drawn.slice(0, 2 * KERNELS);
    const middles = Float32Array.from({ length: 2 * cells ** 2 }, (_, at) => {
      const cell = at >> 1;
      return ((at % 2 === 0 ? cell % cells : Math.floor(cell / cells)) + 0.5) / cells;
    });
    const judge = (points: Float32Array) => realness(model, inMemory(points, points.length / 2));
    const [p, q] = [real, some].map((points) => kernelDensity(points, [BANDWIDTH]));
    const { gap, offset } = discriminatorGap(
      {
        logits: await judge(real),
        logData: p.atPoints,
        logModel: alongPoints(real, q.at),
      },
      {
        logits: await judge(some),
        logData: alongPoints(some, p.at),
        logModel: q.atPoints,
      },
    );
    const odds = alongPoints(middles, (x, y) => p.at(x, y) - q.at(x, y));
    const either = alongPoints(middles, (x, y) => Math.max(p.at(x, y), q.at(x, y)));
    const densest = either.reduce((most, value) => Math.max(most, value));
    return {
      cells,
      real,
      drawn,
      /** [slopes, 2] at the first drawn points */
      slopes: await realnessSlopes(model, inMemory(drawn.slice(0, 2 * slopes), slopes)),
      /** [cells, cells] the discriminator's probability of a real point, from the bottom */
      discriminator: (await judge(middles)).map((logit) => sigmoid(logit - offset)),
      /** [cells, cells] p / (p + q), both estimated with kernels of one width */
      optimal: Float32Array.from(odds, sigmoid),
      /** [cells, cells] in [0, 1]: how much the points say there, 0 where the kernels of none reach */
      evidence: Float32Array.from(either, (value) =>
        Math.min(1, Math.exp(value - densest) / ENOUGH),
      ),
      /** Mean |D − D*| over the points. */
      gap,
      modes: modesOf(subject, drawn),
    };
  },
});

/** How many modes the draws reach, where the data has some. */
function modesOf({ images }: Subject, drawn: Float32Array) {
  const density = planarDensities.find(({ name }) => name === images?.source.split(":")[0]);
  if (density?.modes === undefined) return null;
  const { centres, sigma } = density.modes;
  const counter = new PlanarModes(
    centres.flatMap((centre) => planeToPixels(density.window, centre)),
    sigma / density.window.side,
  );
  counter.add(drawn);
  const { found, modes, highQuality } = counter.result();
  return { found, modes, highQuality };
}

const alongPoints = (points: Float32Array, value: (x: number, y: number) => number) =>
  Float64Array.from({ length: points.length / 2 }, (_, at) =>
    value(points[2 * at], points[2 * at + 1]),
  );

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
