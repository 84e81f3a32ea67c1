import { mnist } from "../mnist.js";
import type { NamedDataset } from "../named-dataset.js";
import { scenesDataset } from "./scenes-dataset.js";

/** Captioned scenes of MNIST digits. */
export const scenes: NamedDataset = scenesDataset({
  family: "scenes",
  title: "captioned MNIST digits on a canvas",
  digits: mnist,
  zoom: 2,
});
