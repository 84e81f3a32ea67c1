import { DataError } from "../../core/errors.js";
import { cachedFolder } from "../cached-idx.js";
import { arraySet, subset } from "../image-set.js";
import type { NamedDataset } from "../named-dataset.js";
import { exists } from "../open-path.js";
import { type EmojiSource, installEmoji, installedFiles, readInstalled, SIDE } from "./install.js";
import { emojiAnnotations, emojiFaces, testGroups } from "./table.js";

/** What differs between one set of emoji and another. */
export interface EmojiStyle {
  readonly name: string;
  readonly title: string;
  readonly source: EmojiSource;
  readonly licence: string;
  readonly note: string;
  /** Emoji of the two splits, in the neutral tone of skin only and in all tones. */
  readonly splits: Readonly<Record<"neutral" | "tones", NamedDataset["splits"]>>;
}

/**
 * The data sets of a style: the emoji in the neutral tone of skin, and under the name `…-tones` in all
 * tones. Both read the same files of the cache.
 */
export const emojiSets = (style: EmojiStyle): NamedDataset[] => [
  emojiSet(style, "neutral"),
  emojiSet(style, "tones"),
];

function emojiSet(style: EmojiStyle, skin: keyof EmojiStyle["splits"]): NamedDataset {
  const { title, source, licence, note } = style;
  const name = skin === "neutral" ? style.name : `${style.name}-tones`;
  const folderIn = (cacheDir: string) => cachedFolder(cacheDir, style.name);
  return {
    name,
    title: skin === "neutral" ? title : `${title}, in every tone of skin`,
    channels: 3,
    height: SIDE,
    width: SIDE,
    splits: style.splits[skin],
    downloadBytes: source.bytes,
    origin: `the npm package ${source.package} ${source.version}`,
    licence,
    note,
    async isAvailable(cacheDir) {
      const found = await Promise.all(installedFiles(folderIn(cacheDir)).map(exists));
      return found.every(Boolean);
    },
    fetch: (cacheDir, options) => installEmoji(source, folderIn(cacheDir), cacheDir, options),
    async load(split, cacheDir) {
      const { codes, pixels } = await readInstalled(folderIn(cacheDir)).catch((error) => {
        if (!(error instanceof DataError)) throw error;
        throw new DataError(`${error.message}. Fetch it again: figment data get ${name}`);
      });
      const faces = await emojiFaces();
      const kept = faces.filter(({ isNeutral }) => isNeutral || skin === "tones");
      const held = testGroups(faces);
      const places = new Map(kept.map(({ code }, place) => [code, place]));
      const chosen: number[] = [];
      const faceOf: number[] = [];
      codes.forEach((code, index) => {
        const place = places.get(code);
        if (place === undefined || held.has(kept[place].group) !== (split === "test")) return;
        chosen.push(index);
        faceOf.push(place);
      });
      const all = arraySet(
        { name, source: name, split, channels: 3, height: SIDE, width: SIDE, levels: 256 },
        pixels,
      );
      return {
        ...subset(all, chosen),
        ids: faceOf.map((place) => kept[place].code),
        groups: Uint32Array.from(faceOf, (place) => kept[place].group),
        annotations: emojiAnnotations(kept, faceOf),
      };
    },
  };
}
