import { alignedReader } from "../align-annotations.js";
import {
  type Annotations,
  annotationWidth,
  chooseAnnotations,
  presentAnnotations,
} from "../annotations.js";
import { pixelsPerImage } from "../batch.js";
import { ConfigError, DataError } from "../errors.js";
import type { ImageSource, Images } from "../images.js";
import { type LoadedModel, requireCapability, type WorkOptions } from "../loaded-model.js";
import { consecutive, joinBatches, overImages, toImages, valuesOf } from "./batches.js";
import { conditionFor } from "./condition.js";

/** What images are to become: another domain, or attributes in [0, 1] that change by name. */
export type Target =
  | { readonly class: string | number }
  | { readonly attributes: Readonly<Record<string, number>> };

/** What each image is to be, in the numbers that the model knows. */
export type Targets = Pick<Annotations, "class" | "attributes">;

/**
 * What each image of a source is to be. Attributes that the target does not name stay as they are, but
 * for those of which an image has one: where the target names another, it takes their place.
 *
 * @throws UnavailableError when the model cannot translate
 * @throws ConfigError when the model translates by something else or does not know a name, or when the
 *         target has none or several of the attributes of which an image has one
 * @throws DataError when the images carry no attributes and the target does not name all
 */
export function targetsFor(model: LoadedModel, source: ImageSource, target: Target): Targets {
  const { by } = requireCapability(model, "translate");
  const kind = by === "attributes" ? "attributes" : "class";
  if (!(kind in target)) {
    throw new ConfigError(
      kind === "class"
        ? `this ${model.definition.id} translates to a domain: ${namesOf(model, "class").join(", ")}`
        : `this ${model.definition.id} changes attributes: ${namesOf(model, "attributes").join(", ")}`,
    );
  }
  if ("class" in target) {
    const asked = conditionFor(reading(model, "class"), source.count, { class: [target.class] });
    return { class: { names: namesOf(model, "class"), values: asked.class ?? new Int32Array() } };
  }
  return { attributes: changed(model, source, target.attributes) };
}

/** A model as it is asked for one annotation, whether or not it samples by it. */
const reading = (model: LoadedModel, name: "class" | "attributes"): LoadedModel => ({
  ...model,
  model: { ...model.model, conditionedOn: [name] },
});

const namesOf = ({ data }: LoadedModel, name: "class" | "attributes"): readonly string[] =>
  data.annotations[name]?.names ?? [];

function changed(
  model: LoadedModel,
  source: ImageSource,
  named: Readonly<Record<string, number>>,
): NonNullable<Targets["attributes"]> {
  const names = namesOf(model, "attributes");
  const { count } = source;
  const asked = replacing(named, source.annotations?.attributes?.oneOf ?? []);
  const to = conditionFor(reading(model, "attributes"), count, { attributes: [asked] }).attributes;
  const own = ownAttributes(model, source);
  const unknown = names.find((name) => !(name in asked));
  if (own === undefined && unknown !== undefined) {
    throw new DataError(
      `the images carry no attributes, so what should stay is unknown: give all ${names.length}, also "${unknown}"`,
    );
  }
  const values = Float32Array.from({ length: count * names.length }, (_, at) =>
    own === undefined || names[at % names.length] in asked ? (to?.[at] ?? 0) : own[at],
  );
  return { names, values };
}

/** What is asked, and that the attributes go whose place it takes. */
function replacing(
  asked: Readonly<Record<string, number>>,
  groups: readonly (readonly string[])[],
): Readonly<Record<string, number>> {
  const gone = groups.flatMap((group) => {
    const named = group.filter((name) => name in asked);
    const present = named.filter((name) => asked[name] >= 0.5);
    const others = group.filter((name) => !named.includes(name));
    if (present.length > 1) {
      throw new ConfigError(`an image has one of ${group.join(", ")}; name one`);
    }
    if (present.length === 1) return others;
    if (named.length > 0) {
      throw new ConfigError(
        `${named[0]} cannot be removed, only replaced: name ${others.length > 0 ? `another of ${others.join(", ")}` : "one that is present"}`,
      );
    }
    return [];
  });
  return { ...Object.fromEntries(gone.map((name) => [name, 0])), ...asked };
}

function ownAttributes(
  { definition, data }: LoadedModel,
  { annotations, count }: ImageSource,
): Float32Array | undefined {
  if (annotations?.attributes === undefined) return undefined;
  const read = alignedReader(annotations, data.annotations, ["attributes"], definition.id);
  return read(consecutive(0, count)).attributes;
}

/**
 * What each image is now, for the way back: its own attributes, its own class where it is one that the
 * model knows, or else the other of two domains. Undefined where that is not known.
 */
export function originsOf(
  model: LoadedModel,
  source: ImageSource,
  targets: Targets,
): Targets | undefined {
  if (targets.attributes !== undefined) {
    const values = ownAttributes(model, source);
    return values && { attributes: { names: targets.attributes.names, values } };
  }
  const names = namesOf(model, "class");
  const own = source.annotations?.class;
  if (own?.names.every((name) => names.includes(name))) {
    const values = own.values.map((value) => names.indexOf(own.names[value]));
    return { class: { names, values } };
  }
  const to = targets.class?.values;
  if (names.length !== 2 || to === undefined) return undefined;
  return { class: { names, values: to.map((domain) => 1 - domain) } };
}

/**
 * Translates images.
 *
 * @param targets  one for each image, from {@link targetsFor} or {@link originsOf}
 * @throws UnavailableError when the model cannot translate
 * @throws DataError when an image lacks pixels
 */
export async function translate(
  model: LoadedModel,
  source: ImageSource,
  targets: Targets,
  options: WorkOptions = {},
): Promise<Images> {
  const capability = requireCapability(model, "translate");
  requireTargets(source, targets);
  if (capability.by !== "network") {
    const told = { ...source, annotations: targets };
    const batches = overImages(model, told, options, "translate", (scope, pixelsUnit, to) =>
      capability.trace(scope, pixelsUnit, to),
    );
    return toImages(model, await joinBatches(valuesOf(batches)));
  }
  const size = pixelsPerImage(model.data);
  const pixelsUnit = new Float32Array(source.count * size);
  const domains = Array.from(targets.class?.values ?? []);
  for (const domain of new Set(domains)) {
    const indices = domains.flatMap((other, image) => (other === domain ? [image] : []));
    const batches = overImages(
      model,
      partOf(source, indices),
      options,
      `translate.${domain}`,
      (scope, pixels) => capability.trace(scope, pixels, domain),
    );
    const translated = await joinBatches(valuesOf(batches));
    indices.forEach((image, at) => {
      pixelsUnit.set(translated.subarray(at * size, (at + 1) * size), image * size);
    });
  }
  return toImages(model, pixelsUnit);
}

/** @throws ConfigError when there is not one target for each image */
function requireTargets({ count }: ImageSource, targets: Targets): void {
  for (const name of presentAnnotations(targets)) {
    const length = targets[name as keyof Targets]?.values.length ?? 0;
    if (length === count * annotationWidth(targets, name)) continue;
    throw new ConfigError(`there are ${length} values of ${name} for ${count} images to translate`);
  }
}

/** Some images of a source. */
function partOf(source: ImageSource, indices: readonly number[]): ImageSource {
  const { annotations, missing } = source;
  return {
    count: indices.length,
    ...(source.source !== undefined && { source: source.source }),
    ...(missing && { missing: Uint32Array.from(indices, (index) => missing[index]) }),
    ...(annotations && { annotations: chooseAnnotations(annotations, indices) }),
    read: (chosen, out) =>
      source.read(
        Array.from(chosen, (index) => indices[index]),
        out,
      ),
  };
}
