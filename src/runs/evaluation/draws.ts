import { type Condition, conditionLike } from "../../core/capabilities/condition.js";
import type { ImageSet } from "../../data/image-set.js";
import type { MetricName } from "../../metrics/comparison/registry.js";
import type { JudgedImages } from "../judged-images.js";
import { readsAspects } from "./aspects.js";
import { realCondition } from "./condition.js";
import type { Work } from "./contract.js";
import type { AskedOf } from "./open-judges.js";

/** Images to draw, and the metrics that judge them. */
export interface WantedDraw {
  readonly metrics: readonly MetricName[];
  readonly condition?: Condition;
  /** What it asks of each image, where that is judged; absent for files, which carry it. */
  readonly asked?: AskedOf;
  /** What they are drawn from, for the protocol; null for a model that takes no condition. */
  readonly told: string | null;
}

/**
 * The draws that metrics need. Distances and the like judge images of conditions as frequent as in
 * training. What captions ask is judged in images of the captions of the very real images that are
 * compared with, such as those of combinations that training leaves out.
 *
 * @param compared  real images that are compared with
 */
export function drawsFor(
  { run }: JudgedImages,
  metrics: readonly MetricName[],
  compared: ImageSet,
  total: number,
  { images, seed }: Work,
): WantedDraw[] {
  if (run === undefined) {
    return [{ metrics, told: metrics.some(readsAspects) ? "captions of the images" : null }];
  }
  const from = (like: ImageSet) => realCondition(run.model, like, total, seed);
  const usual = metrics.filter((name) => !readsAspects(name));
  const ofAspects = metrics.filter(readsAspects);
  const asked = conditionLike(compared.annotations ?? {}, total);
  return [
    ...(usual.length > 0 ? [{ metrics: usual, ...from(images.training ?? images.real) }] : []),
    ...(ofAspects.length > 0 ? [{ metrics: ofAspects, asked, ...from(compared) }] : []),
  ];
}
