export type Control = "density" | "objective" | "remedy" | "drawing";
export type Preset = "works" | "saturates" | "collapse" | "damped";
