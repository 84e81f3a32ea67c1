import type { DataTraits } from "../../../core/batch.js";
import { rasterModelOf, requireCentre } from "../settings.js";
import type { PixelcnnConfig } from "./config.js";
import type { Network } from "./network.js";

/**
 * The network that a configuration describes, for images of this kind.
 *
 * @throws ConfigError where settings do not go together, or not with the images
 */
export function networkOf(config: PixelcnnConfig, data: DataTraits): Network {
  requireCentre("pixelcnn", "kernel", config.kernel);
  const rasterModel = rasterModelOf("pixelcnn", config, data, { features: config.features });
  return { config, image: data, ...rasterModel };
}
