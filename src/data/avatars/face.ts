import { ConfigError } from "../../core/errors.js";
import { didYouMean } from "../../core/suggest.js";
import { stream } from "../../runtime/random.js";

/** Attributes; a face has exactly one of each row. */
const GROUPS = [
  ["black hair", "brown hair", "blond hair", "red hair", "grey hair"],
  ["light skin", "tan skin", "dark skin"],
] as const;

/** Attributes that a face may or may not have. */
const TRAITS = ["long hair", "glasses", "beard", "smile", "flower"] as const;

/** Attributes of which a face has exactly one each. */
export const faceGroups: readonly (readonly string[])[] = GROUPS;

/** The attributes of a face in order. */
export const faceAttributes: readonly string[] = [...GROUPS.flat(), ...TRAITS];

type Attribute = (typeof GROUPS)[number][number] | (typeof TRAITS)[number];

/**
 * Variants of Lorelei's parts. Hair is clearly short or long, and mouths clearly smile or do not.
 * Parts too small to see at 64 pixels (earrings, freckles) are left out.
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

/** The part that shows that a face has a trait, and the one that shows that it has not. */
const SHOWN_BY: Partial<Record<Attribute, { readonly present: Part; readonly absent?: Part }>> = {
  "long hair": { present: "longHair", absent: "shortHair" },
  glasses: { present: "glasses" },
  beard: { present: "beard" },
  smile: { present: "smilingMouth", absent: "otherMouth" },
};

/** A face before it is drawn. */
export interface Face {
  /**
   * A variant of every part, even of those that attributes hide, so that it persists when
   * attributes change.
   */
  readonly variants: Readonly<Record<Part, number>>;
  readonly attributes: ReadonlySet<Attribute>;
}

/** One in eight pairs of hair and eyes is held out for testing. */
const HELD_OUT = 8;

/**
 * @param hair index in the list for its length, so that every kind of eyes occurs with some of each
 */
const isHeldOut = (hair: number, eyes: number) => (hair + eyes) % HELD_OUT === 0;

/** How many numbers in [0, 1) a face needs: two groups, five traits and ten parts. */
const DRAWS = 17;

/**
 * The faces of a split by index. A face depends only on the seed, the split and the index. No face
 * of the test split shares a pair of hair and eyes with a face of another split, including the hair
 * that its length hides.
 */
export function drawnFaces(seed: number, split: string): (index: number) => Face {
  const draws = stream(seed, `avatars/${split}`);
  const u = new Float64Array(DRAWS);
  return (index) => {
    draws.uniform(u, index * DRAWS);
    let used = 0;
    const pick = <T>(values: readonly T[]): T => values[Math.floor(u[used++] * values.length)]!;
    const attributes = new Set<Attribute>(GROUPS.map((group) => pick<Attribute>(group)));
    for (const trait of TRAITS) if (u[used++] < 0.5) attributes.add(trait);
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

/** The attributes that a face cannot have beside this one, such as the other colours of hair. */
export function exclusiveAttributes(name: string): readonly string[] {
  const group = faceGroups.find((names) => names.includes(name)) ?? [];
  return group.filter((other) => other !== name);
}

/**
 * The same face with one attribute changed.
 *
 * @param present  false removes a trait; a hair or skin colour cannot be removed, only replaced
 * @throws ConfigError when there is no such attribute, or when removing a hair or skin colour
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
      `${name} cannot be removed, only replaced: name another of ${group.join(", ")}`,
    );
  }
  const attributes = new Set(face.attributes);
  for (const other of group ?? []) attributes.delete(other);
  if (present) attributes.add(name);
  else {
    attributes.delete(name);
  }
  return { ...face, attributes };
}

/** A face in every form that an attribute may take, such as with each kind of glasses; else itself. */
export function formsOf(face: Face, name: string): Face[] {
  const shown = isAttribute(name) ? SHOWN_BY[name] : undefined;
  const part = isAttribute(name) && face.attributes.has(name) ? shown?.present : shown?.absent;
  if (part === undefined) return [face];
  return parts[part].map((form) => ({ ...face, variants: { ...face.variants, [part]: form } }));
}

const isAttribute = (name: string): name is Attribute => faceAttributes.includes(name);
