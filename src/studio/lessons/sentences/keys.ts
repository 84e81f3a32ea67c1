export type Control = "part" | "sentence" | "temperature";
export type Preset = "sentences" | "unseen" | "hot" | "codes";
