import type { Curve } from "../page/parts/chart.js";
import type { Live } from "../page/state/live.js";
import { likenessFrames } from "./likeness.js";

/** The Fréchet distances of samples, and of other real images, over the training. */
export function likenessCurves(
  live: Live,
  names: { readonly drawn: string; readonly floor: string },
): Curve[] {
  const frames = likenessFrames(live);
  return (["drawn", "floor"] as const).map((which) => ({
    label: names[which],
    points: frames.map(({ step, answer }) => ({ step, value: answer[which].frechet })),
  }));
}
