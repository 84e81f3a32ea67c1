export type Control = "model" | "hidden" | "negative";
export type Preset = "hmm" | "few" | "rbm" | "tiny";
