import { digits } from "../digits.js";
import type { NamedDataset } from "../named-dataset.js";
import { scenesDataset } from "./scenes-dataset.js";

/** Captioned scenes of the digits that ship with Figment. */
export const scenesDigits: NamedDataset = scenesDataset({
  family: "scenes-digits",
  title: "captioned UCI digits on a canvas",
  digits,
  zoom: 5,
});
