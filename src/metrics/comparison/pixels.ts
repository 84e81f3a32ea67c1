import { ConfigError } from "../../core/errors.js";
import type { Features } from "../features.js";
import type { DescribedSet } from "./comparison.js";

export function pixelsOf({ pixels }: DescribedSet): Features {
  if (pixels === undefined) throw new ConfigError("this metric needs the pixels of the images");
  return pixels;
}
