import { z } from "zod";
import type { DataTraits } from "./batch.js";
import { RunError } from "./errors.js";
import type { LoadedModel } from "./loaded-model.js";
import { type PartRecords, partRecordsSchema, recordsOf } from "./part.js";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "./safetensors.js";
import { tensorsOf } from "./stored-state.js";
import { traitsSchema } from "./traits-schema.js";

/** A model's weights, with everything needed to rebuild the model. */
export interface StoredModel {
  readonly model: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly data: DataTraits;
  /** Records of the models that this one contains; the tensors include their weights. */
  readonly parts: PartRecords;
  /** Parameters and buffers by full name. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** Encodes weights as safetensors, with the model's id, configuration and data in the metadata. */
export async function encodeWeights({
  definition,
  config,
  data,
  parts,
  state,
}: LoadedModel): Promise<Uint8Array<ArrayBuffer>> {
  const metadata = {
    format: "figment",
    model: definition.id,
    config: JSON.stringify(config),
    data: JSON.stringify(data),
    parts: JSON.stringify(recordsOf(parts)),
  };
  return encodeSafetensors({ tensors: tensorsOf(state.groups, await state.read()), metadata });
}

const described = z.object({
  format: z.literal("figment"),
  model: z.string(),
  config: z.record(z.string(), z.unknown()),
  data: traitsSchema,
  parts: partRecordsSchema.default({}),
});

/** Decodes the output of {@link encodeWeights}. @throws RunError when the bytes are anything else */
export function decodeWeights(bytes: Uint8Array, file = "the file"): StoredModel {
  const { tensors, metadata } = decodeSafetensors(bytes, file);
  const parsed = described.safeParse({
    ...metadata,
    config: fromJson(metadata.config),
    data: fromJson(metadata.data),
    parts: fromJson(metadata.parts),
  });
  if (!parsed.success) {
    throw new RunError(
      `cannot tell the model of ${file}:\n${z.prettifyError(parsed.error)}\n` +
        "Use a file that Figment wrote, such as model.safetensors of `figment export`",
    );
  }
  const { model, config, data, parts } = parsed.data;
  return { model, config, data, parts, tensors };
}

function fromJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return text; // the schema refuses text that is not JSON and names the entry
  }
}
