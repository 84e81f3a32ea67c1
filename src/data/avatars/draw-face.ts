import type { Options } from "@dicebear/lorelei";
import { toPlanes } from "../image-file.js";
import { loadSharp } from "../sharp.js";
import type { Face } from "./face.js";

/** Colours of the attributes, in hexadecimal. */
const HAIR = {
  "black hair": "3d3b40",
  "brown hair": "7a4a21",
  "blond hair": "e6bd5a",
  "red hair": "c4501e",
  "grey hair": "a9adb3",
} as const;
const SKIN = { "light skin": "f9dcc4", "tan skin": "d6a077", "dark skin": "8a5a3c" } as const;
const FLOWER = "e23d7b";
const GROUND = "ffffff";

/** The packages that draw the faces; other versions may draw other pixels. */
export const DRAWN_BY = { "@dicebear/core": "9.4.3", "@dicebear/lorelei": "9.4.3" } as const;

/** Draws a face as [3, size, size] bytes. */
export type DrawFace = (face: Face, size: number) => Promise<Uint8Array>;

/**
 * Loads the packages that draw faces.
 *
 * @throws UnavailableError when the image library's native part is missing
 */
export async function loadDrawFace(): Promise<DrawFace> {
  const [{ createAvatar }, lorelei, sharp] = await Promise.all([
    import("@dicebear/core"),
    import("@dicebear/lorelei"),
    loadSharp(),
  ]);
  return async (face, size) => {
    const svg = createAvatar(lorelei, loreleiOptions(face)).toString();
    const bytes = await sharp(Buffer.from(svg)).resize(size, size).removeAlpha().raw().toBuffer();
    return toPlanes(bytes, 3, 3);
  };
}

/** The style's options, with one variant per part so that the package draws nothing at random. */
function loreleiOptions({ attributes, variants }: Face): Partial<Options> {
  const percent = (present: boolean) => (present ? 100 : 0);
  const smiles = attributes.has("smile");
  const mouth = smiles ? named("happy", variants.smilingMouth) : named("sad", variants.otherMouth);
  const hair = attributes.has("long hair") ? variants.longHair : variants.shortHair;
  return {
    seed: "",
    backgroundColor: [GROUND],
    head: [variant(variants.head)],
    skinColor: [colourIn(SKIN, attributes)],
    hair: [variant(hair)],
    hairColor: [colourIn(HAIR, attributes)],
    eyes: [variant(variants.eyes)],
    eyebrows: [variant(variants.eyebrows)],
    nose: [variant(variants.nose)],
    mouth: [mouth],
    glasses: [variant(variants.glasses)],
    glassesProbability: percent(attributes.has("glasses")),
    beard: [variant(variants.beard)],
    beardProbability: percent(attributes.has("beard")),
    hairAccessories: ["flowers"],
    hairAccessoriesColor: [FLOWER],
    hairAccessoriesProbability: percent(attributes.has("flower")),
    earringsProbability: 0,
    frecklesProbability: 0,
  } as Partial<Options>;
}

const named = (kind: string, number: number): string => kind + String(number).padStart(2, "0");
const variant = (number: number) => named("variant", number);

const colourIn = (colours: Readonly<Record<string, string>>, attributes: ReadonlySet<string>) =>
  Object.entries(colours).find(([name]) => attributes.has(name))![1];
