import type { Condition } from "../../core/capabilities/condition.js";
import { conditionLike } from "../../core/capabilities/condition.js";
import type { ImageSet } from "../../data/image-set.js";
import { drawnFrom, type JudgedImages } from "../judged-images.js";

/** What to draw from a conditional run, so that the images are of the real ones' classes and captions. */
export interface RealCondition {
  readonly condition?: Condition;
  /** For the protocol; null for a run that takes no condition. */
  readonly told: string | null;
}

/**
 * The conditions of `count` real images drawn by the seed: classes are then as frequent as in the data.
 *
 * @param like  real images, those of training where they are at hand
 */
export function realCondition(
  { run }: JudgedImages,
  like: ImageSet,
  count: number,
  seed: number,
): RealCondition {
  const reads = run?.model.model.conditionedOn ?? [];
  if (run === undefined || reads.length === 0) return { told: null };
  const { annotations = {} } = drawnFrom(like, count, seed);
  const known = (annotations.class?.names ?? []).join("\n");
  const own = (run.data.annotations.class?.names ?? []).join("\n");
  if (reads.includes("class") && known !== own) {
    return { told: "every class equally often, as the real images have other classes or none" };
  }
  const others = Object.entries(conditionLike(annotations, count)).filter(([name]) =>
    reads.some((read) => read === name),
  );
  const condition = {
    ...(reads.includes("class") && { class: Array.from(annotations.class?.values ?? []) }),
    ...Object.fromEntries(others),
  };
  return { condition, told: `${reads.join(", ")} of real images (${like.name}, ${like.split})` };
}
