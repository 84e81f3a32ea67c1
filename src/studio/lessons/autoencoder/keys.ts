export type Control = "latent" | "network" | "noise";
export type Preset = "works" | "linear" | "denoising" | "long";
