export type Control = "steps" | "sampler" | "prediction";
export type Preset = "works" | "one" | "ancestral" | "noise";
