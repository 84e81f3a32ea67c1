export type Control = "latent" | "beta" | "rate";
export type Preset = "works" | "plane" | "collapse" | "autoencoder";
