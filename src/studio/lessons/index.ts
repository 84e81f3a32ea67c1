import type { Lesson, LessonHeading } from "../page/lesson/lesson.js";
import type { Localised } from "../page/strings/index.js";
import type { LessonId } from "./order.js";
import { heading as vae } from "./vae/heading.js";

/** What the list shows of a lesson. The lesson itself loads when it is opened. */
export interface LessonEntry {
  readonly heading: Localised<LessonHeading>;
  load(): Promise<{ readonly lesson: Lesson }>;
}

/** All lessons: to add one, write its folder, list it here and give it its place in `order.ts`. */
export const lessons: Readonly<Record<LessonId, LessonEntry>> = {
  vae: { heading: vae, load: () => import("./vae/index.js") },
};
