export type Control = "model" | "temperature";
export type Preset = "nade" | "blind" | "gated" | "cold" | "hot";
