import { ConfigError } from "../../../core/errors.js";
import type { DataTraits } from "../../../core/model.js";
import { headFor } from "../heads/index.js";
import type { PixelcnnConfig } from "./config.js";
import type { Network } from "./network.js";

/**
 * The network that a configuration describes, for images of this kind.
 *
 * @throws ConfigError where settings do not go together, or not with the images
 */
export function networkOf(config: PixelcnnConfig, data: DataTraits): Network {
  const head = headFor("pixelcnn", config, data);
  for (const key of ["kernel", "firstKernel"] as const) {
    if (config[key] % 2 === 0) {
      throw new ConfigError(`pixelcnn: ${key}=${config[key]} has no centre; name an odd number`);
    }
  }
  for (const key of ["features", "outputFeatures"] as const) {
    if (config[key] % head.groups !== 0) {
      throw new ConfigError(
        `pixelcnn: ${key}=${config[key]} cannot be shared out among ${head.groups} channels; name a multiple of ${head.groups}`,
      );
    }
  }
  if (config.conditional && data.classes === 0) {
    throw new ConfigError(
      "pixelcnn: conditional=true needs labelled images, and these have no labels",
    );
  }
  return { config, head, image: data, classes: config.conditional ? data.classes : 0 };
}
