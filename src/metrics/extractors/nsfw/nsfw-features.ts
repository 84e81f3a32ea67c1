import { sha256 } from "../../../core/sha256.js";
import type { CacheOptions } from "../../../data/named-dataset.js";
import type { Device } from "../../../runtime/program.js";
import { input } from "../../../tensor/index.js";
import type { Extractor } from "../extractor.js";
import { convertLayers } from "../keras/convert.js";
import { readWeights } from "../keras/weights.js";
import { networkExtractor } from "../network-features.js";
import { type CachedNetwork, inception, loadCached, mobilenet } from "./package.js";

interface NsfwNetwork {
  readonly cached: CachedNetwork;
  /** Side of its images. */
  readonly side: number;
  readonly description: string;
}

/** The networks of the npm package nsfwjs, by the names of their extractors. */
export const nsfwNetworks: Readonly<Record<string, NsfwNetwork>> = {
  "nsfw-mobilenet": {
    cached: mobilenet,
    side: 224,
    description: "average of the last convolution of the MobileNetV2 of nsfwjs",
  },
  "nsfw-inception": {
    cached: inception,
    side: 299,
    description: "average of the last convolutions of the Inception-v3 of nsfwjs",
  },
};

/** The layer whose results are the features; what follows sorts images for nsfwjs. */
const LAST = "flatten_1";

/**
 * Features of a network that was made for photographs from anywhere, out of the npm package nsfwjs: that
 * of ImageNet, trained further to find indecent pictures and rounded to 8 bits. A Fréchet distance of its
 * features is no FID, and is called FD with the name of the extractor.
 *
 * @param name  of {@link nsfwNetworks}
 * @returns     an extractor to release after use
 * @throws UnavailableError when the package is not in the cache and the registry cannot be reached
 * @throws DataError when what is in the cache is damaged
 */
export async function nsfwExtractor(
  device: Device,
  name: string,
  options: CacheOptions = {},
): Promise<Extractor & { release(): Promise<void> }> {
  const { cached, side, description } = nsfwNetworks[name];
  const { topology, bytes } = await loadCached(cached, options);
  const weights = readWeights(topology.weightsManifest.weights, bytes);
  const images = input("images", ["B", 3, side, side]);
  const features = convertLayers(topology, weights, images, LAST);
  const executable = await device.compile({ outputs: { features }, updates: {} });
  const extractor = networkExtractor({
    name,
    sha256: await sha256(Uint8Array.from(bytes)),
    description,
    shape: { channels: 3, height: side, width: side },
    length: features.shape[1] as number,
    distance: `FD-${name}`,
    executable,
    input: "images",
    batch: "B",
    pixels: { range: [0, 1], mean: 0, sd: 1, channels: "RGB", layout: "NCHW" },
  });
  return { ...extractor, release: () => executable.release() };
}
