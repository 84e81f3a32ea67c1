export type Control = "model" | "order" | "smoothing" | "side";
export type Preset = "chain" | "independent" | "long" | "zero" | "table" | "huge";
