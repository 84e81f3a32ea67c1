import type { Lesson, LessonHeading } from "../page/lesson/lesson.js";
import type { Localised } from "../page/strings/index.js";
import { heading as autoencoder } from "./autoencoder/heading.js";
import { heading as counting } from "./counting/heading.js";
import { heading as diffusion } from "./diffusion/heading.js";
import { heading as gan } from "./gan/heading.js";
import { heading as ganDigits } from "./gan-digits/heading.js";
import { heading as hidden } from "./hidden/heading.js";
import { heading as judging } from "./judging/heading.js";
import { heading as mixture } from "./mixture/heading.js";
import type { LessonId } from "./order.js";
import { heading as pixels } from "./pixels/heading.js";
import { heading as sentences } from "./sentences/heading.js";
import { heading as vae } from "./vae/heading.js";

/** What the list shows of a lesson. The lesson itself loads when it is opened. */
export interface LessonEntry {
  readonly heading: Localised<LessonHeading>;
  load(): Promise<{ readonly lesson: Lesson }>;
}

/** All lessons: to add one, write its folder, list it here and give it its place in `order.ts`. */
export const lessons: Readonly<Record<LessonId, LessonEntry>> = {
  counting: { heading: counting, load: () => import("./counting/index.js") },
  mixture: { heading: mixture, load: () => import("./mixture/index.js") },
  hidden: { heading: hidden, load: () => import("./hidden/index.js") },
  pixels: { heading: pixels, load: () => import("./pixels/index.js") },
  autoencoder: { heading: autoencoder, load: () => import("./autoencoder/index.js") },
  vae: { heading: vae, load: () => import("./vae/index.js") },
  gan: { heading: gan, load: () => import("./gan/index.js") },
  "gan-digits": { heading: ganDigits, load: () => import("./gan-digits/index.js") },
  diffusion: { heading: diffusion, load: () => import("./diffusion/index.js") },
  sentences: { heading: sentences, load: () => import("./sentences/index.js") },
  judging: { heading: judging, load: () => import("./judging/index.js") },
};
