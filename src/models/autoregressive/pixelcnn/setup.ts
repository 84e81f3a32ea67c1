import type { DataTraits } from "../../../core/batch.js";
import { rasterModelOf, requireCentre } from "../settings.js";
import type { PixelcnnConfig } from "./config.js";
import type { Network } from "./network.js";

/**
 * The network of a configuration for these images.
 *
 * @throws ConfigError when settings contradict each other or the images
 */
export function networkOf(config: PixelcnnConfig, data: DataTraits): Network {
  requireCentre("pixelcnn", "kernel", config.kernel);
  const rasterModel = rasterModelOf("pixelcnn", config, data, { features: config.features });
  return { config, image: data, ...rasterModel };
}
