/** The lessons in the order of the lecture. */
export const lessonIds = [
  "counting",
  "mixture",
  "hidden",
  "pixels",
  "autoencoder",
  "vae",
  "gan",
  "diffusion",
] as const;

export type LessonId = (typeof lessonIds)[number];
