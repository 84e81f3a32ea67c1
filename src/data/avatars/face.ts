import { ConfigError } from "../../core/errors.js";
import { didYouMean } from "../../core/suggest.js";
import { stream } from "../../runtime/random.js";

/** Attributes of which a face has exactly one of each row. */
const GROUPS = [
  ["black hair", "brown hair", "blond hair", "red hair", "grey hair"],
  ["light skin", "tan skin", "dark skin"],
] as const;

/** Attributes that a face has or lacks. */
const TRAITS = ["long hair", "glasses", "beard", "smile", "flower"] as const;

/** The attributes of a face in their order. */
export const faceAttributes: readonly string[] = [...GROUPS.flat(), ...TRAITS];

type Attribute = (typeof GROUPS)[number][number] | (typeof TRAITS)[number];

/**
 * Variants of Lorelei's parts. Hair is short or long beyond doubt, and mouths smile or do not; what is
 * too small to be seen at 64 pixels (earrings, freckles) is left out.
 */
export const parts = {
  shortHair: [1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 22, 39, 43, 47],
  longHair: [13, 15, 16, 18, 21, 24, 32, 33, 35, 40, 41, 42],
  eyes: Array.from({ length: 24 }, (_, i) => i + 1),
  eyebrows: Array.from({ length: 13 }, (_, i) => i + 1),
  nose: [1, 2, 3, 4, 5, 6],
  head: [1, 2, 3, 4],
  smilingMouth: [1, 2, 5, 6, 9, 15],
  otherMouth: [1, 2, 4, 5, 7, 8],
  glasses: [1, 2, 3, 4, 5],
  beard: [1, 2],
} as const;

type Part = keyof typeof parts;

/** A face before it is drawn. */
export interface Face {
  /** A variant of every part, also of those that its attributes hide: they stay when those change. */
  readonly variants: Readonly<Record<Part, number>>;
  readonly attributes: ReadonlySet<Attribute>;
}

/** One pair of hair and eyes in eight is kept for testing. */
const HELD_OUT = 8;

/** @param hair  its place in the list of its length, so that some of each go with any eyes */
const isHeldOut = (hair: number, eyes: number) => (hair + eyes) % HELD_OUT === 0;

/** Numbers in [0, 1) that a face takes: two groups, five traits and ten parts. */
const DRAWS = 17;

/**
 * The faces of a split by their index. A face depends on the seed, the split and the index alone. No
 * face of the test split has a pair of hair and eyes that a face of another split has, whichever hair
 * its length hides.
 */
export function drawnFaces(seed: number, split: string): (index: number) => Face {
  const draws = stream(seed, `avatars/${split}`);
  const u = new Float64Array(DRAWS);
  return (index) => {
    draws.uniform(u, index * DRAWS);
    let used = 0;
    const pick = <T>(values: readonly T[]): T => values[Math.floor(u[used++]! * values.length)]!;
    const attributes = new Set<Attribute>(GROUPS.map((group) => pick<Attribute>(group)));
    for (const trait of TRAITS) if (u[used++]! < 0.5) attributes.add(trait);
    const eyes = pick(parts.eyes);
    const ofSplit = (_: number, hair: number) => isHeldOut(hair, eyes) === (split === "test");
    return {
      attributes,
      variants: {
        eyes,
        shortHair: pick(parts.shortHair.filter(ofSplit)),
        longHair: pick(parts.longHair.filter(ofSplit)),
        eyebrows: pick(parts.eyebrows),
        nose: pick(parts.nose),
        head: pick(parts.head),
        smilingMouth: pick(parts.smilingMouth),
        otherMouth: pick(parts.otherMouth),
        glasses: pick(parts.glasses),
        beard: pick(parts.beard),
      },
    };
  };
}

/**
 * The same face with one attribute changed.
 *
 * @param present  false takes a trait away; another hair or skin colour is given instead of taking one
 * @throws ConfigError when there is no such attribute, or a colour of hair or skin is to be taken away
 */
export function withAttribute(face: Face, name: string, present = true): Face {
  if (!isAttribute(name)) {
    throw new ConfigError(
      `avatars have no attribute "${name}"${didYouMean(name, faceAttributes) || "."} Known: ${faceAttributes.join(", ")}`,
    );
  }
  const group = GROUPS.find((names) => (names as readonly string[]).includes(name));
  if (group !== undefined && !present) {
    throw new ConfigError(
      `a face without ${name} has another of ${group.join(", ")}; name that one`,
    );
  }
  const attributes = new Set(face.attributes);
  for (const other of group ?? []) attributes.delete(other);
  if (present) attributes.add(name);
  else attributes.delete(name);
  return { ...face, attributes };
}

const isAttribute = (name: string): name is Attribute => faceAttributes.includes(name);
