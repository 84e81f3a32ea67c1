export type Control = "amount" | "features" | "count";
export type Preset = "works" | "pixels" | "few" | "copies";
