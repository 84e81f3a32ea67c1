import { conditionFor, conditionLike } from "../../core/capabilities/condition.js";
import { ConfigError } from "../../core/errors.js";
import type { ImageSet } from "../../data/image-set.js";
import { comparison, type MetricName } from "../../metrics/comparison/registry.js";
import type { JudgedImages } from "../judged-images.js";
import { realCondition } from "./condition.js";
import type { Work } from "./contract.js";
import type { AskedOf, OpenJudges } from "./open-judges.js";

/** Whether a metric compares what images show with what they were asked to. */
export const readsAspects = (metric: MetricName): boolean =>
  comparison(metric).needs.includes("aspects");

/** Whether metrics compare features. */
export const takesFeatures = (metrics: readonly MetricName[]): boolean =>
  !metrics.every(readsAspects);

/**
 * Refuses images of which it is not known what they were asked to show.
 *
 * @param like  the real images that are compared with
 * @throws ConfigError when a run draws from neither captions nor attributes, or does not know a word of
 *                     theirs; when files have no captions, or judges cannot read these
 */
export function requireAsked(
  { run, name, annotations = {}, available }: JudgedImages,
  like: ImageSet,
  judges: OpenJudges,
): void {
  if (run === undefined) {
    if (annotations.caption === undefined) {
      throw new ConfigError(
        `aspects needs to know what the images of ${name} were asked to show: give their captions, one a line, with --prompts`,
      );
    }
    const count = available ?? 0;
    judges.asked(conditionLike(annotations, count), count);
    return;
  }
  const { conditionedOn = [] } = run.model.model;
  if (!conditionedOn.includes("caption") && !conditionedOn.includes("attributes")) {
    const from = conditionedOn.length === 0 ? "nothing" : `${conditionedOn.join(" and ")} only`;
    throw new ConfigError(
      `aspects needs a run that draws from captions or attributes; ${name} draws from ${from}`,
    );
  }
  const { condition } = realCondition(run.model, like, like.count, 0);
  conditionFor(run.model, like.count, condition);
}

/** Gathers what judges read in the images that pass, and what was asked of these. */
export function keptSlots({ metrics, judges }: Work, total: number, given?: AskedOf) {
  if (judges === undefined || !metrics.some(readsAspects)) {
    return { passing: <T>(parts: T) => parts, result: () => ({}) };
  }
  const slots = judges.names;
  const asked =
    given === undefined ? new Int32Array(total * slots.length) : judges.asked(given, total);
  const read = new Int32Array(total * slots.length);
  let first = 0;
  return {
    async *passing(parts: AsyncIterable<ImageSet> | Iterable<ImageSet>) {
      for await (const part of parts) {
        const { annotations = {}, count } = part;
        if (given === undefined) {
          asked.set(judges.asked(conditionLike(annotations, count), count), first * slots.length);
        }
        read.set(await judges.read(part), first * slots.length);
        first += count;
        yield part;
      }
    },
    result: () => ({ slots: { slots, asked, read } }),
  };
}
