/** The lessons in the order of the lecture. */
export const lessonIds = ["vae"] as const;

export type LessonId = (typeof lessonIds)[number];
