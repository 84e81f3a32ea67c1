import { type ModelDefinition, type Part, parseConfig } from "../../src/core/index.js";
import { hashOf, hostedValues, onlyHosted } from "../../src/core/part.js";
import type { ImageSet } from "../../src/data/index.js";
import { dataSpecOf, dataTraits } from "../../src/data/index.js";
import { trainModel } from "../../src/in-memory.js";
import type { Device, StateValues } from "../../src/runtime/index.js";

/** What a part of a model under test is. */
export interface PartPlan {
  /** A model's id. */
  readonly model: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** A model that was trained for a moment, as the part of a host, and its weights as the host has them. */
export async function partOf(
  name: string,
  { model: id, config }: PartPlan,
  host: {
    readonly definition: ModelDefinition;
    readonly config: Readonly<Record<string, unknown>>;
  },
  images: ImageSet,
  device: Device,
): Promise<{ parts: Readonly<Record<string, Part>>; weights: StateValues }> {
  const trained = await trainModel({
    model: id,
    images,
    device,
    config,
    training: { epochs: 1 },
    validation: 0,
  });
  const values = await trained.values();
  const origin = { run: null, step: null, sha256: await hashOf(values) };
  const parts = {
    [name]: {
      definition: trained.definition,
      config: trained.config,
      data: trained.data,
      model: trained.model,
      parts: {},
      origin,
    },
  };
  await trained.release();
  const traits = dataTraits(dataSpecOf(images));
  const parsed = parseConfig(host.definition.config, host.config, host.definition.id);
  const model = host.definition.build(parsed, traits, parts);
  return { parts, weights: onlyHosted(hostedValues(name, values), model, traits) };
}
