import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../../core/atomic-file.js";
import { pixelsPerImage } from "../../core/batch.js";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../../core/safetensors.js";
import { defaultCacheDir, NO_CACHE } from "../../data/cache.js";
import { type ImageSet, readImages } from "../../data/image-set.js";
import type { DescribedSet } from "../../metrics/comparison/comparison.js";
import { versions } from "../../training/versions.js";
import { partsOf } from "../judged-images.js";
import type { OpenExtractor } from "../open-extractor.js";

/** Bump it whenever the same key would give other features. */
const FORMAT = 1;

type Cached = Pick<DescribedSet, "features" | "probs">;

/** Features of real images, kept on disk. */
export interface FeatureCache {
  readonly path: string;
  /** Undefined where there is no file, or it is damaged or of another key. */
  read(): Promise<Cached | undefined>;
  /** Keeps features. @returns why it could not, if so */
  write(described: Cached): Promise<string | undefined>;
}

/**
 * Where the features of a set are kept: a file named by a hash of the pixels themselves, the split, the
 * extractor's weights, all that is done to the images on the way, and Figment's version.
 *
 * @returns  undefined where features are not worth keeping (raw pixels) or there is no place for them
 */
export async function featureCache(
  set: ImageSet,
  { extractor, binarisation }: OpenExtractor,
  classes: boolean,
  cacheDir = defaultCacheDir(),
): Promise<FeatureCache | undefined> {
  if (extractor.sha256 === null || cacheDir === NO_CACHE) return undefined;
  const key = JSON.stringify({
    format: FORMAT,
    version: versions().figment,
    pixels: await pixelDigest(set),
    set: set.name,
    split: set.split,
    count: set.count,
    from: [set.channels, set.height, set.width],
    to: [extractor.shape.channels, extractor.shape.height, extractor.shape.width],
    resize: extractor.resizing ?? "triangle, antialiased, stretched",
    binarisation,
    extractor: [extractor.description, extractor.sha256, extractor.length],
    classes,
  });
  const folder = join(cacheDir, "features");
  const path = join(folder, `${sha256(key)}.safetensors`);
  return {
    path,
    read: () => stored(path, key),
    async write({ features, probs }) {
      const tensors = new Map<string, StoredTensor>([
        [
          "features",
          { dtype: "F64", shape: [features.count, features.width], data: features.values },
        ],
      ]);
      if (probs !== undefined) {
        const shape = [features.count, probs.length / features.count];
        tensors.set("probs", { dtype: "F32", shape, data: probs });
      }
      const metadata = { key, sha256: tensorDigest(tensors) };
      try {
        await mkdir(folder, { recursive: true });
        await replaceFile(path, encodeSafetensors({ tensors, metadata }));
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    },
  };
}

async function stored(path: string, key: string): Promise<Cached | undefined> {
  try {
    const { tensors, metadata } = decodeSafetensors(await readFile(path), path);
    const features = tensors.get("features");
    const probs = tensors.get("probs")?.data;
    const intact = metadata.key === key && metadata.sha256 === tensorDigest(tensors);
    if (!intact || !(features?.data instanceof Float64Array)) return undefined;
    const [count, width] = features.shape;
    return {
      features: { count, width, values: features.data },
      ...(probs instanceof Float32Array && { probs }),
    };
  } catch {
    // No file, or a damaged one: the features are computed again, and the file is replaced.
    return undefined;
  }
}

async function pixelDigest(set: ImageSet): Promise<string> {
  const hash = createHash("sha256").update(String(pixelsPerImage(set)));
  for (const part of partsOf(set)) hash.update(bytesOf((await readImages(part)).pixelsUnit));
  return hash.digest("hex");
}

function tensorDigest(tensors: ReadonlyMap<string, StoredTensor>): string {
  const hash = createHash("sha256");
  for (const name of [...tensors.keys()].sort()) {
    const { data } = tensors.get(name) as StoredTensor;
    hash.update(name).update(bytesOf(data as Float32Array | Float64Array));
  }
  return hash.digest("hex");
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Float64Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
