import type { FrameEvent } from "../engine/events.js";
import type { Curve } from "../page/parts/chart.js";
import type { Live } from "../page/state/live.js";

/** The name of the watch that asks how like real images the samples are. */
export const LIKENESS = "likeness";

const framesOf = (live: Live): FrameEvent<"likeness">[] =>
  live
    .frames(LIKENESS)
    .value.filter((frame): frame is FrameEvent<"likeness"> => frame.question === "likeness");

/** The Fréchet distances of samples, and of other real images, over the training. */
export function likenessCurves(
  live: Live,
  names: { readonly drawn: string; readonly floor: string },
): Curve[] {
  const frames = framesOf(live);
  return (["drawn", "floor"] as const).map((which) => ({
    label: names[which],
    points: frames.map(({ step, answer }) => ({ step, value: answer[which].frechet })),
  }));
}

/** How many times as far samples are from the training images as other real ones; NaN before the first. */
export function timesTheFloor(live: Live): number {
  const answer = framesOf(live).at(-1)?.answer;
  return answer === undefined ? Number.NaN : answer.drawn.frechet / answer.floor.frechet;
}
