import type { AnnotationName, AnnotationTraits } from "../../../core/annotations.js";
import type { DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import type { Part } from "../../../core/model.js";

/**
 * Checks that teacher and student are conditioned on the same annotations, and that each class and word has
 * the number in both that it has in the data: numbers are all that a network reads.
 *
 * @throws ConfigError naming the run and what differs
 */
export function requireSameConditions(
  { teacher, student }: { readonly teacher: Part; readonly student: Part },
  { annotations }: Pick<DataTraits, "annotations">,
): void {
  const { conditionedOn = [] } = teacher.model;
  if (String(student.model.conditionedOn ?? []) !== String(conditionedOn)) {
    throw new ConfigError(
      "consistency: teacher and student are conditioned on different annotations; give two runs of one kind",
    );
  }
  for (const [role, { data }] of Object.entries({ teacher, student })) {
    for (const name of conditionedOn) {
      const found = difference(name, role, data.annotations, annotations);
      if (found === undefined) continue;
      throw new ConfigError(
        `consistency: ${found}; train on the data of the ${role}, or give another ${role}`,
      );
    }
  }
}

/** How an annotation of the data differs from what a run knows; undefined where it does not. */
function difference(
  name: AnnotationName,
  role: string,
  ofRun: AnnotationTraits,
  ofData: AnnotationTraits,
): string | undefined {
  const [known = [], given] = [namesOf(name, ofRun), namesOf(name, ofData)];
  if (given === undefined) {
    return `the ${role} reads the ${name} of each image, but these images have none`;
  }
  const [one, many] = NOUNS[name];
  const at = given.findIndex((each, number) => number < known.length && each !== known[number]);
  if (at >= 0) {
    return `${one} ${at} is "${known[at]}" for the ${role}, but "${given[at]}" in the data`;
  }
  if (known.length !== given.length) {
    return `the ${role} knows ${known.length} ${many}, but the data has ${given.length}`;
  }
  const [most, length] = [ofRun.caption?.length, ofData.caption?.length];
  if (name === "caption" && most !== length) {
    return `the ${role} reads captions of up to ${most} words, but those of the data have up to ${length}`;
  }
  return undefined;
}

const NOUNS: Readonly<Record<AnnotationName, readonly [one: string, many: string]>> = {
  class: ["class", "classes"],
  attributes: ["attribute", "attributes"],
  caption: ["word", "words"],
};

/** The names of an annotation's numbers, in order; undefined where the images lack it. */
const namesOf = (name: AnnotationName, traits: AnnotationTraits): readonly string[] | undefined =>
  name === "caption" ? traits.caption?.vocabulary : traits[name]?.names;
