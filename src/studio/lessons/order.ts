/** The lessons in the order of the lecture. */
export const lessonIds = [
  "counting",
  "mixture",
  "hidden",
  "pixels",
  "autoencoder",
  "vae",
  "gan",
  "gan-digits",
  "diffusion",
  "sentences",
  "judging",
] as const;

export type LessonId = (typeof lessonIds)[number];
