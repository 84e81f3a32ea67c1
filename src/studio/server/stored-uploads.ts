import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../../core/atomic-file.js";
import { ConfigError } from "../../core/errors.js";
import { type ArrayAnnotations, annotationFileOf } from "../../data/array-annotations.js";
import { findDataset } from "../../data/index.js";
import { encodeNpy } from "../../data/npy.js";
import { uploadSchema } from "../engine/upload.js";

const FOLDER = ".uploads";
const IMAGES = "images.npy";
const WEIGHTS = "model.safetensors";

/** Uploads as files beside the runs, so that a run on them can be resumed. */
export interface StoredUploads {
  /** @returns its reference @throws ConfigError when it is malformed */
  add(id: string, upload: unknown): Promise<string>;
  /** The file of `upload:ID`; undefined where the name is another's. */
  images(reference: string): string | undefined;
  /** The bytes of `weights:ID`. */
  weights(reference: string): Promise<Uint8Array | undefined>;
}

export function storedUploads(runs: string): StoredUploads {
  const fileOf = (kind: "upload" | "weights", reference: string, name: string) => {
    const id = new RegExp(`^${kind}:([0-9a-f]{16})$`).exec(reference)?.[1];
    if (id === undefined) return undefined;
    const file = join(runs, FOLDER, id, name);
    return existsSync(file) ? file : undefined;
  };
  return {
    async add(id, asked) {
      const parsed = uploadSchema.safeParse(asked);
      if (!parsed.success)
        throw new ConfigError(`the upload is malformed: ${parsed.error.message}`);
      const upload = parsed.data;
      const folder = join(runs, FOLDER, id);
      await mkdir(folder, { recursive: true });
      if (upload.kind === "weights") {
        await writeFileAtomic(join(folder, WEIGHTS), upload.bytes);
        return `weights:${id}`;
      }
      const { channels, height, width, pixels, levels, classes, captions } = upload;
      const count = pixels.length / (channels * height * width);
      const annotations: ArrayAnnotations = {
        levels: levels ?? 256,
        ...(classes && { classes: { ...classes, values: Array.from(classes.values) } }),
        ...(captions && { captions }),
      };
      const images = join(folder, IMAGES);
      await writeFileAtomic(images, encodeNpy(pixels, [count, channels, height, width]));
      const text = JSON.stringify(annotations);
      await writeFileAtomic(annotationFileOf(images), new TextEncoder().encode(text));
      return `upload:${id}`;
    },
    images: (reference) => fileOf("upload", reference, IMAGES),
    async weights(reference) {
      const file = fileOf("weights", reference, WEIGHTS);
      return file === undefined ? undefined : readFile(file);
    },
  };
}

/** @throws ConfigError for anything but the name of a data set: no page may read other files */
export function requireNamed(data: string): string {
  if (findDataset(data) !== undefined) return data;
  throw new ConfigError(`there is no data set "${data}"`);
}
