import { type Annotations, chooseAnnotations } from "../../core/annotations.js";
import { captionAnnotation } from "../../core/text.js";
import { stream } from "../../runtime/random.js";
import { readBytes } from "../bytes.js";

/** Facts about an emoji that do not depend on its style. */
export interface Emoji {
  /** Its code points; see `emojiCode`. */
  readonly code: string;
  /** Its short names, such as "grinning". */
  readonly names: readonly string[];
  readonly category: string;
  /**
   * Number shared by emoji that differ only in skin, gender or direction, or that some set draws
   * alike.
   */
  readonly group: number;
  /** Codes of the same emoji in other skin tones. */
  readonly tones: readonly string[];
}

/** An emoji in one skin tone, as data sets hold it. */
export interface EmojiFace {
  readonly code: string;
  readonly caption: string;
  readonly category: string;
  readonly group: number;
  /** True for the neutral yellow, and for emoji without skin. */
  readonly isNeutral: boolean;
}

const TABLE = new URL("../../../assets/emoji/emoji.json.gz", import.meta.url);

/** Share of the groups held out for testing; the draw is fixed. */
const TEST_FRACTION = 0.1;

const TONES: Readonly<Record<string, string>> = {
  "1f3fb": "light skin tone",
  "1f3fc": "medium light skin tone",
  "1f3fd": "medium skin tone",
  "1f3fe": "medium dark skin tone",
  "1f3ff": "dark skin tone",
};

/** Every emoji of the table in every skin tone, in a fixed order. */
export async function emojiFaces(): Promise<EmojiFace[]> {
  const text = new TextDecoder().decode(await readBytes(TABLE));
  return (JSON.parse(text) as Emoji[]).flatMap(({ code, names, category, group, tones }) =>
    [code, ...tones].map((face) => {
      const isNeutral = face === code;
      const skins = isNeutral ? [] : face.split("-").flatMap((point) => TONES[point] ?? []);
      return { code: face, caption: [...names, ...skins].join(", "), category, group, isNeutral };
    }),
  );
}

/** The groups held out for testing: the same for every emoji set. */
export function testGroups(faces: readonly EmojiFace[]): ReadonlySet<number> {
  const groups = [...new Set(faces.map(({ group }) => group))].sort((a, b) => a - b);
  const order = stream(0, "emoji/test-split").permutation(groups.length);
  const count = Math.round(groups.length * TEST_FRACTION);
  return new Set(Array.from(order.slice(0, count), (place) => groups[place]));
}

/**
 * Annotations of some faces: captions are short names, classes are categories. Words and classes
 * are numbered over all faces given, so that sets which lack some share the numbers.
 *
 * @param chosen  indices of the faces
 */
export function emojiAnnotations(
  faces: readonly EmojiFace[],
  chosen: ArrayLike<number>,
): Annotations {
  const names = [...new Set(faces.map(({ category }) => category))];
  const all: Annotations = {
    class: { names, values: Int32Array.from(faces, ({ category }) => names.indexOf(category)) },
    caption: captionAnnotation(faces.map(({ caption }) => caption)),
  };
  return chooseAnnotations(all, chosen);
}
