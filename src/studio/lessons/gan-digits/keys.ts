export type Control = "recipe" | "latent" | "rate";
export type Preset = "works" | "paper" | "narrow" | "fast";
