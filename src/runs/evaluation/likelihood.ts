import { score } from "../../core/capabilities/score.js";
import { arraySet } from "../../data/image-set.js";
import type { ComparedSets, ScoredImages } from "../../metrics/comparison/comparison.js";
import { cellCentre, gridDensity } from "../../metrics/planar/density.js";
import { drawnFrom, type JudgedImages } from "../judged-images.js";
import type { KnownDensity } from "../known-density.js";
import { loadAsTrained } from "../real-images.js";
import type { Work } from "./contract.js";

/** Whether images come from a run with a density. */
export const canScore = ({ run }: JudgedImages): boolean =>
  run?.model.model.capabilities.score !== undefined;

/** A likelihood, with the facts without which it says nothing. */
interface RunLikelihood extends ScoredImages {
  readonly facts: Readonly<Record<string, string>>;
}

/**
 * Scores real images by the run that is judged: those that are compared with, before they are rounded, or,
 * where these were named apart, the run's own, as only images prepared as in training have its likelihood.
 * Where scores take long, few of them.
 */
export async function likelihoodOf(
  { run, name }: JudgedImages,
  work: Work,
): Promise<RunLikelihood | undefined> {
  const capability = run?.model.model.capabilities.score;
  if (run === undefined || capability === undefined) return undefined;
  const { seed, signal, onProgress, split, count, load = {} } = work;
  const all = work.images.asTrained ?? (await loadAsTrained(run.data, split, load));
  const own = drawnFrom(all, count, seed);
  const { cardImages = own.count } = capability;
  const images = drawnFrom(own, cardImages, seed);
  const label = `${name}: likelihood`;
  const found = await score(run.model, images, {
    seed,
    ...(signal && { signal }),
    onPreparation: (share) => onProgress?.({ label: `${label}, preparing`, done: share, total: 1 }),
    onProgress: (done, total) => onProgress?.({ label, done, total }),
  });
  const { binarisation: drawing, resize } = run.data;
  const { mode, seed: drawnBy } = drawing;
  const binarisation = mode === "none" ? "not binarised" : `${mode} binarisation, seed ${drawnBy}`;
  const { channels, height, width } = images;
  const shape = `${channels}×${height}×${width}${resize === null ? "" : `, resized (${resize.fit})`}`;
  return {
    ...found,
    facts: {
      "scored images": `${images.count} of ${images.name}, ${images.split}, ${shape}, ${binarisation}`,
      estimator: String(found.protocol.estimator),
    },
  };
}

interface PlanarModel extends NonNullable<ComparedSets["modelDensity"]> {
  /** Integral of the density over the box. */
  readonly mass: number;
}

/** Cells of the narrowest standard deviation, and the fewest a side. */
const CELLS_PER_SIGMA = 3;
const FEWEST_CELLS = 200;

/** The exact density of a run in the plane at the middle of each cell; undefined where it has none. */
export async function modelDensityOf(
  { run, name }: JudgedImages,
  { box, sigma, toPixels }: KnownDensity,
  { seed, signal, onProgress }: Work,
): Promise<PlanarModel | undefined> {
  const { score: capability } = run?.model.model.capabilities ?? {};
  if (run === undefined || capability?.kind(capability.defaultSamples ?? 1) !== "exact") {
    return undefined;
  }
  const side = box.right - box.left;
  const cells = Math.max(FEWEST_CELLS, Math.ceil((CELLS_PER_SIGMA * side) / sigma));
  const centre = cellCentre(box, cells);
  const pixels = new Float32Array(2 * cells * cells);
  for (let at = 0; at < cells * cells; at++) pixels.set(toPixels(centre(at)), 2 * at);
  const place = { name: "plane", source: "plane", split: "all", channels: 1, height: 1, width: 2 };
  const { perImage } = await score(run.model, arraySet(place, pixels), {
    seed,
    ...(signal && { signal }),
    onProgress: (done, total) =>
      onProgress?.({ label: `${name}: density in the plane`, done, total }),
  });
  // A density over pixels, which lie in a unit square, is that in the plane times side².
  const logs = perImage.map((nats) => -nats - 2 * Math.log(side));
  const area = (side / cells) ** 2;
  const mass = logs.reduce((sum, log) => sum + Math.exp(log) * area, 0);
  return { density: gridDensity(logs, box, cells), cells, mass };
}
