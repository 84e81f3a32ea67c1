import type { Annotations } from "../core/annotations.js";

/**
 * Concatenates the annotations that all of several sets have: it merges classes and words by name,
 * those of the first set first, and keeps attributes where all sets have the same.
 */
export function joinAnnotations(
  parts: readonly { readonly annotations?: Annotations }[],
): Annotations {
  const of = <A extends keyof Annotations>(name: A) => {
    const found = parts.flatMap(({ annotations }) => annotations?.[name] ?? []);
    return found.length === parts.length ? (found as NonNullable<Annotations[A]>[]) : undefined;
  };
  const [classes, attributes, captions] = [of("class"), of("attributes"), of("caption")];
  const isOneList = attributes?.every(
    ({ names }) => names.join("\n") === attributes[0].names.join("\n"),
  );
  return {
    ...(classes && { class: joinClasses(classes) }),
    ...(attributes && isOneList && { attributes: joinAttributes(attributes) }),
    ...(captions && { caption: joinCaptions(captions) }),
  };
}

function joinClasses(parts: readonly NonNullable<Annotations["class"]>[]) {
  const { names, numbers } = joinNames(parts.map((part) => part.names));
  const values = parts.flatMap((part, p) => Array.from(part.values, (value) => numbers[p][value]));
  return { names, values: Int32Array.from(values) };
}

function joinAttributes(parts: readonly NonNullable<Annotations["attributes"]>[]) {
  const values = parts.flatMap((part) => Array.from(part.values));
  return { names: parts[0].names, values: Float32Array.from(values) };
}

function joinCaptions(parts: readonly NonNullable<Annotations["caption"]>[]) {
  const { names, numbers } = joinNames(parts.map((part) => part.vocabulary));
  const length = Math.max(...parts.map((part) => part.length));
  const counts = parts.map((part) => part.values.length / part.length);
  const values = new Int32Array(length * counts.reduce((sum, count) => sum + count, 0));
  let image = 0;
  for (const [p, part] of parts.entries()) {
    for (let own = 0; own < counts[p]; own++, image++) {
      for (let place = 0; place < part.length; place++) {
        values[image * length + place] = numbers[p][part.values[own * part.length + place]];
      }
    }
  }
  return { vocabulary: names, length, values };
}

/** The distinct names, and a map from each list's numbers to the joint ones. */
function joinNames(lists: readonly (readonly string[])[]) {
  const known = new Map<string, number>();
  const numbers = lists.map((names) =>
    names.map((name) => {
      const number = known.get(name) ?? known.size;
      known.set(name, number);
      return number;
    }),
  );
  return { names: [...known.keys()], numbers };
}
