import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../../core/atomic-file.js";
import { ConfigError } from "../../core/errors.js";
import { encodeIdx } from "../../data/idx.js";
import { findDataset } from "../../data/index.js";
import { uploadSchema } from "../engine/upload.js";

const FOLDER = ".uploads";
const IMAGES = "images-idx3-ubyte";
const LABELS = "labels-idx1-ubyte";
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
      const { channels, height, width, pixels, classes } = upload;
      const count = pixels.length / (channels * height * width);
      const shape = channels === 1 ? [count, height, width] : [count, channels, height, width];
      await writeFileAtomic(join(folder, IMAGES), encodeIdx(pixels, shape));
      if (classes !== undefined) {
        await writeFileAtomic(join(folder, LABELS), encodeIdx(classes.values, [count]));
      }
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
