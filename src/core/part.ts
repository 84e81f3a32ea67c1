import { z } from "zod";
import type { StateValues } from "../runtime/program.js";
import type { HostArray } from "../tensor/dtype.js";
import { type DataTraits, shapeText } from "./batch.js";
import { parseConfig } from "./config.js";
import { ConfigError } from "./errors.js";
import type { Model, ModelDefinition, PartOrigin, Parts } from "./model.js";
import { sha256 } from "./sha256.js";
import { weightGroups } from "./state.js";
import { didYouMean } from "./suggest.js";
import { traitsSchema } from "./traits-schema.js";

const originSchema: z.ZodType<PartOrigin> = z.strictObject({
  run: z.string().min(1).nullable(),
  step: z.int().min(0).nullable(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Everything needed to rebuild a part, as stored in files. */
export interface PartRecord {
  readonly model: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly data: DataTraits;
  readonly origin: PartOrigin;
  readonly parts: PartRecords;
}

export type PartRecords = Readonly<Record<string, PartRecord>>;

export const partRecordsSchema: z.ZodType<PartRecords> = z.record(
  z.string(),
  z.lazy(() =>
    z.strictObject({
      model: z.string().min(1),
      config: z.record(z.string(), z.unknown()),
      data: traitsSchema,
      origin: originSchema,
      parts: partRecordsSchema,
    }),
  ),
);

/** The records of parts, to store with the host. */
export const recordsOf = (parts: Parts): PartRecords =>
  Object.fromEntries(
    Object.entries(parts).map(([name, { definition, config, data, origin, parts: inner }]) => [
      name,
      { model: definition.id, config, data, origin, parts: recordsOf(inner) },
    ]),
  );

/** Builds parts from their records. @throws ConfigError when a model or a configuration is unknown */
export const partsOf = (records: PartRecords, findModel: (id: string) => ModelDefinition): Parts =>
  Object.fromEntries(
    Object.entries(records).map(([name, record]) => {
      const definition = findModel(record.model);
      const config = parseConfig(definition.config, record.config, `the part "${name}"`);
      const parts = partsOf(record.parts, findModel);
      const model = definition.build(config, record.data, parts);
      return [name, { definition, config, data: record.data, model, parts, origin: record.origin }];
    }),
  );

/**
 * Checks that a model gets the parts it needs, before building it.
 *
 * @param data  data of the host; a part reads the same images
 * @throws ConfigError naming the part that is missing, unknown, lacks a capability or reads other
 *   images
 */
export function requireParts(
  { id, parts: needs = {} }: ModelDefinition,
  parts: Parts,
  data: DataTraits,
): void {
  for (const name of Object.keys(parts)) {
    if (name in needs) continue;
    const known = Object.keys(needs);
    const others = known.length === 0 ? "; it takes no parts" : `; it takes ${known.join(", ")}`;
    throw new ConfigError(`${id} has no part "${name}"${didYouMean(name, known) || others}`);
  }
  for (const [name, need] of Object.entries(needs)) {
    const part = parts[name];
    if (part === undefined) {
      if (need.optional) continue;
      throw new ConfigError(`${id} needs a part "${name}": ${need.description}`);
    }
    const lacking = need.capabilities.find(
      (capability) => part.model.capabilities[capability] === undefined,
    );
    if (lacking !== undefined) {
      throw new ConfigError(
        `the part "${name}" of ${id} needs the capability "${lacking}", which ${part.definition.id} does not have`,
      );
    }
    const [given, expected] = [shapeText(part.data), shapeText(data)];
    if (given !== expected) {
      throw new ConfigError(
        `the part "${name}" reads images of ${given}, but ${id} reads ${expected}`,
      );
    }
  }
}

/**
 * The weights of a part under their names in the host: `parameters.hidden.weight` of a part called
 * `encoder` becomes `parameters.encoder.hidden.weight`.
 */
export function hostedValues(name: string, values: StateValues): Map<string, HostArray> {
  return new Map(
    [...values].map(([path, value]) => [
      path.replace(/^(parameters|buffers)\./, `$1.${name}.`),
      value,
    ]),
  );
}

/** SHA-256 in hexadecimal over the names and values of weights, in any order. */
export async function hashOf(values: StateValues): Promise<string> {
  const digests: string[] = [];
  for (const name of [...values.keys()].sort()) {
    const value = values.get(name) as HostArray;
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
    digests.push(`${name} ${await sha256(bytes)}\n`);
  }
  return sha256(new TextEncoder().encode(digests.join("")));
}

/**
 * Keeps only the part weights that the host uses: a host that only encodes drops a part's decoder.
 *
 * @param values  values of all parts, named as by {@link hostedValues}
 */
export function onlyHosted(
  values: StateValues,
  model: Model,
  data: DataTraits,
): Map<string, HostArray> {
  const used = new Set(
    weightGroups(model, data).flatMap(({ name, slots }) =>
      slots.map((slot) => `${name}.${slot.name}`),
    ),
  );
  return new Map([...values].filter(([path]) => used.has(path)));
}
