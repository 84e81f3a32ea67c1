import type { Condition } from "../../core/capabilities/condition.js";
import { conditionLike } from "../../core/capabilities/condition.js";
import type { LoadedModel } from "../../core/loaded-model.js";
import type { ImageSet } from "../../data/image-set.js";
import { drawnFrom } from "../judged-images.js";

/** What to draw from a conditional model, so that the images are of the real ones' classes and captions. */
export interface RealCondition {
  readonly condition?: Condition;
  /** For the protocol; null for a model that takes no condition. */
  readonly told: string | null;
}

/**
 * The conditions of `count` real images drawn by the seed: classes are then as frequent as in the data.
 *
 * @param like  real images, those of training where they are at hand
 */
export function realCondition(
  model: LoadedModel | undefined,
  like: ImageSet,
  count: number,
  seed: number,
): RealCondition {
  const reads = model?.model.conditionedOn ?? [];
  if (model === undefined || reads.length === 0) return { told: null };
  const { annotations = {} } = drawnFrom(like, count, seed);
  const known = (annotations.class?.names ?? []).join("\n");
  const own = (model.data.annotations.class?.names ?? []).join("\n");
  if (reads.includes("class") && known !== own) {
    return { told: "every class equally often, as the real images have other classes or none" };
  }
  const condition = {
    ...(reads.includes("class") && { class: Array.from(annotations.class?.values ?? []) }),
    ...conditionLike(annotations, count, reads),
  };
  return { condition, told: `${reads.join(", ")} of real images (${like.name}, ${like.split})` };
}
