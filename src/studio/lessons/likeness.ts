import type { FrameEvent } from "../engine/events.js";
import type { Live } from "../page/state/live.js";

/** The name of the watch that asks how like real images the samples are. */
export const LIKENESS = "likeness";

export const likenessFrames = (live: Live): FrameEvent<"likeness">[] =>
  live
    .frames(LIKENESS)
    .value.filter((frame): frame is FrameEvent<"likeness"> => frame.question === "likeness");

/** How many times as far samples are from the training images as other real ones; NaN before the first. */
export function timesTheFloor(live: Live): number {
  const answer = likenessFrames(live).at(-1)?.answer;
  return answer === undefined ? Number.NaN : answer.drawn.frechet / answer.floor.frechet;
}
