import { z } from "zod";
import type { DataTraits } from "./batch.js";
import { RunError } from "./errors.js";
import type { LoadedModel } from "./loaded-model.js";
import { type PartRecords, partRecordsSchema, recordsOf } from "./part.js";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "./safetensors.js";
import { tensorsOf } from "./stored-state.js";
import { traitsSchema } from "./traits-schema.js";

/** A model's weights with what it takes to build the model again. */
export interface StoredModel {
  readonly model: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly data: DataTraits;
  /** Other runs that the model was made with; their weights are among the values. */
  readonly parts: PartRecords;
  /** Parameters and buffers by full name. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** A model's weights as safetensors; its id, configuration and data are in the metadata. */
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

/** What {@link encodeWeights} wrote. @throws RunError when the bytes are anything else */
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
      `${file} does not say what model it is of:\n${z.prettifyError(parsed.error)}\n` +
        "Take a file that Figment wrote, such as model.safetensors of `figment export`",
    );
  }
  const { model, config, data, parts } = parsed.data;
  return { model, config, data, parts, tensors };
}

function fromJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return text; // what is no JSON is refused by the schema, which says where
  }
}
