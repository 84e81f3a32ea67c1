import { expect } from "vitest";
import type { LessonPlan } from "../../../src/studio/page/lesson/plan.js";
import { type LessonInNode, openLesson } from "../lesson-in-node.js";

/** For each preset that fails on purpose: sees the failure that the lesson's text tells of. */
export type Claims = Readonly<Record<string, () => Promise<void>>>;

/** Runs a preset to the end of its training, or of so many steps, looks, and closes it. */
export async function atTheEnd<K extends string, P extends string, R>(
  plan: LessonPlan<K, P>,
  preset: P,
  look: (lesson: LessonInNode) => Promise<R>,
  budget: { readonly steps?: number } = {},
): Promise<R> {
  const lesson = await openLesson(plan, plan.presets[preset].settings, budget);
  try {
    await lesson.finished();
    return await look(lesson);
  } finally {
    await lesson.close();
  }
}

/** Work that claims share: it is done when the first of them asks. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}

/** The lesson's gate stays shut. */
export const neverLearns = (plan: LessonPlan, { live }: LessonInNode): void =>
  expect(plan.learned(live)).toBe(false);

export const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** Standard deviation of each pixel over images of `size` pixels, averaged over the pixels. */
export function spreadOf(pixels: Float32Array, size: number): number {
  const count = pixels.length / size;
  const spreads = Array.from({ length: size }, (_, at) => {
    const values = Array.from({ length: count }, (__, image) => pixels[image * size + at]);
    const centre = mean(values);
    return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
  });
  return mean(spreads);
}
