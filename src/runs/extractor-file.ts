import { existsSync } from "node:fs";
import { z } from "zod";
import { DataError } from "../core/errors.js";
import { readRegularFile } from "../data/bytes.js";
import type { OnnxNetwork } from "../metrics/extractors/onnx-features.js";
import { Preparation } from "../metrics/extractors/preparation.js";

const EXTENSION = ".onnx";
/** A protocol buffer is smaller. */
const MOST_BYTES = 2 ** 31 - 1;
const MOST_JSON_BYTES = 64 * 1024;

/** Whether a user names a network in a file. */
export const isNetworkFile = (reference: string): boolean => reference.endsWith(EXTENSION);

/**
 * Reads an ONNX file, and how its images are prepared from the JSON file of the same name beside it.
 *
 * @throws DataError when one of them is missing or too large, or the JSON file is malformed
 */
export async function readNetwork(file: string): Promise<OnnxNetwork> {
  const json = `${file.slice(0, -EXTENSION.length)}.json`;
  const model = await readRegularFile(file, MOST_BYTES);
  if (!existsSync(json)) {
    throw new DataError(
      `beside ${file} it says how images are prepared, such as {"size": 299, "range": [-1, 1]}; there is no such file`,
      json,
    );
  }
  const text = new TextDecoder().decode(await readRegularFile(json, MOST_JSON_BYTES));
  const preparation = Preparation.safeParse(parsed(text, json));
  if (preparation.success) {
    return { name: file, model: Uint8Array.from(model), preparation: preparation.data };
  }
  throw new DataError(z.prettifyError(preparation.error), json);
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DataError(`it is no JSON: ${(error as Error).message}`, file);
  }
}
