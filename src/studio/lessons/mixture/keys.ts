export type Control = "data" | "components" | "covariance" | "starts";
export type Preset = "works" | "one" | "spheres" | "digits" | "trap";
