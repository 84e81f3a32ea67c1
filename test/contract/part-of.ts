import type { DataTraits, ModelDefinition, Parts } from "../../src/core/index.js";
import { hashOf, hostedValues, onlyHosted } from "../../src/core/part.js";
import { initialValues, variablesOf } from "../../src/core/state.js";
import type { StateValues } from "../../src/runtime/index.js";

/** A part of a host by its name, and its weights by the names that they have there. */
export interface GivenPart {
  readonly parts: Parts;
  readonly values: StateValues;
}

const NONE: GivenPart = { parts: {}, values: new Map() };

/**
 * A model with the values that it begins with, as the part of another.
 *
 * @param inner  the part of the part, where it has one
 */
export async function partOf(
  name: string,
  definition: ModelDefinition,
  traits: DataTraits,
  settings: Readonly<Record<string, unknown>> = {},
  inner: GivenPart = NONE,
): Promise<GivenPart> {
  const config = definition.config.parse(settings) as Readonly<Record<string, unknown>>;
  const { parts } = inner;
  const model = definition.build(config, traits, parts);
  const own = new Map([
    ...initialValues(variablesOf(model, traits).list(), 7),
    ...onlyHosted(inner.values, model, traits),
  ]);
  const origin = { run: null, step: null, sha256: await hashOf(own) };
  const part = { definition, config, data: traits, model, parts, origin };
  return { parts: { [name]: part }, values: hostedValues(name, own) };
}

/** A part as the contract suite takes it: with those of its weights that the host uses. */
export function given(
  definition: ModelDefinition,
  config: Readonly<Record<string, unknown>>,
  traits: DataTraits,
  { parts, values }: GivenPart,
): { readonly parts: Parts; readonly weights: StateValues } {
  const model = definition.build(definition.config.parse(config), traits, parts);
  return { parts, weights: onlyHosted(values, model, traits) };
}
