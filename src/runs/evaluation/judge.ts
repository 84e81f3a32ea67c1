import { ConfigError } from "../../core/errors.js";
import { resizeSet } from "../../data/resize.js";
import type { ComparedSets } from "../../metrics/comparison/comparison.js";
import type { MetricName } from "../../metrics/comparison/registry.js";
import { deviation } from "../../metrics/standard-interval.js";
import type { JudgedImages } from "../judged-images.js";
import type { OpenExtractor } from "../open-extractor.js";
import type { Evaluation, JudgedFigure, Work } from "./contract.js";
import { described, looksUniform } from "./describe.js";
import { drawsFor, type WantedDraw } from "./draws.js";
import { floorsFor, type KnownReal } from "./known-real.js";
import { canScore, likelihoodOf, modelDensityOf } from "./likelihood.js";
import { type MeasuredFigure, measured } from "./measure.js";
import { cautionsOf, protocolOf } from "./protocol.js";

/** A density whose integral over the window is farther from 1 has no exact divergence from the data. */
const MOST_LEAKED = 0.01;

/** Judges one set of images. */
export async function judge(one: JudgedImages, known: KnownReal, work: Work): Promise<Evaluation> {
  const { count, seed, repeat = 1 } = work;
  const total = Math.min(count, one.available ?? count);
  const metrics = work.metrics.filter((name) => name !== "nll" || canScore(one));
  const wanted = drawsFor(one, metrics, known.compared, total, work);
  const { density, warnings, facts } = await densities(one, work);
  const draws: MeasuredFigure[][] = [];
  let uniform = false;
  for (let draw = 0; draw < repeat; draw++) {
    const of = repeat === 1 ? one.name : `${one.name} (${draw + 1} of ${repeat})`;
    const figures: MeasuredFigure[] = [];
    for (const { metrics, condition, asked } of wanted) {
      const only = { ...work, metrics };
      const drawing = { ...only, count: total, seed: seed + draw, ...(condition && { condition }) };
      const label = `features of ${of}`;
      const generated = await described(sized(one, drawing), total, label, only, asked);
      uniform ||= looksUniform(generated);
      const options = { seed: seed + draw, intervals: repeat === 1 };
      const sets = { ...known.sets, ...density, generated };
      figures.push(...(await measured(sets, `${of}: `, only, options)));
    }
    draws.push(figures);
  }
  const floors = await floorsFor(total, known, work);
  return {
    of: one.name,
    figures: joined(draws).map((figure) => ({
      ...figure,
      figure: nameOf(figure, work.through),
      floor: floors.get(figure.figure) ?? null,
    })),
    protocol: { ...protocolOf(one, known, total, toldOf(wanted), work), ...facts },
    cautions: cautionsOf(total, known, work),
    warnings: [
      ...one.warnings,
      ...work.through.warnings,
      ...warnings,
      ...(uniform ? ["all images of the set look alike to the extractor"] : []),
      ...(repeat > 1 && one.available !== null && one.available <= count
        ? ["each draw takes all of its images: only subsets and directions vary"]
        : []),
    ],
  };
}

/** What draws were drawn from, for the protocol. */
function toldOf(draws: readonly WantedDraw[]): string | null {
  const told = draws.flatMap(({ metrics, told }) =>
    told === null ? [] : [draws.length > 1 ? `${metrics.join(", ")}: ${told}` : told],
  );
  return told.length === 0 ? null : told.join("; ");
}

/** The images as they come, in the size of the real ones. */
async function* sized(one: JudgedImages, drawing: Parameters<JudgedImages["parts"]>[0] & Work) {
  const { height, width } = drawing.images.real;
  const asReal = { ...drawing, quantise: drawing.images.plane === undefined };
  for await (const part of one.parts(asReal)) {
    yield resizeSet(part, { height, width, fit: "fill" });
  }
}

/** What a model with a density says: about the real images, and in the plane. */
async function densities(one: JudgedImages, work: Work) {
  const asked = (name: MetricName) => work.metrics.includes(name);
  const likelihood = asked("nll") ? await likelihoodOf(one, work) : undefined;
  const { plane } = work.images;
  const modelDensity = asked("plane") && plane ? await modelDensityOf(one, plane, work) : undefined;
  const leaks = modelDensity !== undefined && Math.abs(modelDensity.mass - 1) > MOST_LEAKED;
  const density: Pick<ComparedSets, "likelihood" | "modelDensity"> = {
    ...(likelihood && { likelihood }),
    ...(!leaks && modelDensity && { modelDensity }),
  };
  const warnings = leaks
    ? [
        `the model's density integrates to ${modelDensity.mass.toFixed(3)} over the data's window, so it has no exact divergences`,
      ]
    : [];
  return { density, warnings, facts: likelihood?.facts ?? {} };
}

/** An extractor may have a name of its own for the Fréchet distance. */
const nameOf = ({ figure, metric }: MeasuredFigure, { extractor }: OpenExtractor): string =>
  metric === "fd" ? (extractor.distance ?? figure) : figure;

/** The figures of a single draw, or the means of those that all of several draws have. */
function joined(draws: readonly MeasuredFigure[][]): Omit<JudgedFigure, "floor">[] {
  const [first, ...others] = draws;
  if (others.length === 0) return first;
  // The spread is that of one draw's splits.
  return first.flatMap(({ spread: _, ...figure }) => {
    const values = draws.flatMap((figures) =>
      figures
        .filter((one) => one.metric === figure.metric && one.figure === figure.figure)
        .map(({ value }) => value),
    );
    if (values.length < draws.length) return [];
    const value = values.reduce((a, b) => a + b, 0) / values.length;
    return [{ ...figure, value, draws: { values, standardDeviation: deviation(values) } }];
  });
}

/** @throws ConfigError when it is not a whole number from 1 */
export function requireRepeat(repeat = 1): void {
  if (Number.isInteger(repeat) && repeat >= 1) return;
  throw new ConfigError(`the number of draws must be a whole number from 1, not ${repeat}`);
}
