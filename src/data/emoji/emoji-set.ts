import { z } from "zod";
import { DataError } from "../../core/errors.js";
import { cachedFolder } from "../cached-idx.js";
import { datasetWithOptions } from "../dataset-variants.js";
import { exists } from "../exists.js";
import { arraySet, subset } from "../image-set.js";
import { knownSplit } from "../known-split.js";
import type { NamedDataset } from "../named-dataset.js";
import { type EmojiSource, installEmoji, installedFiles, readInstalled, SIDE } from "./install.js";
import { emojiAnnotations, emojiFaces, testGroups } from "./table.js";

/** What distinguishes one emoji set from another. */
export interface EmojiStyle {
  readonly name: string;
  readonly title: string;
  readonly source: EmojiSource;
  readonly licence: string;
  readonly note: string;
  /** Sizes of the splits, with only the neutral skin tone and with all tones. */
  readonly splits: Readonly<Record<"neutral" | "all", NamedDataset["splits"]>>;
}

const Options = z.strictObject({
  tones: z
    .enum(["neutral", "all"])
    .default("neutral")
    .describe("emoji of people only in the neutral yellow, or in every skin tone"),
});

/** The data set of a style. Its variants share the files in the cache. */
export function emojiSet(style: EmojiStyle): NamedDataset {
  const { title, source, licence, note } = style;
  const folderIn = (cacheDir: string) => cachedFolder(cacheDir, style.name);
  return datasetWithOptions(style.name, Options, ({ tones }, name) => {
    const splits = style.splits[tones];
    return {
      title: tones === "neutral" ? title : `${title}, in every skin tone`,
      channels: 3,
      height: SIDE,
      width: SIDE,
      splits,
      downloadBytes: source.bytes,
      origin: `the npm package ${source.package} ${source.version}`,
      licence,
      note,
      async isAvailable(cacheDir) {
        const found = await Promise.all(installedFiles(folderIn(cacheDir)).map(exists));
        return found.every(Boolean);
      },
      fetch: (cacheDir, options) => installEmoji(source, folderIn(cacheDir), cacheDir, options),
      async load(asked, cacheDir) {
        const split = knownSplit(name, splits, asked);
        const { codes, pixels } = await readInstalled(folderIn(cacheDir)).catch((error) => {
          if (!(error instanceof DataError)) throw error;
          throw new DataError(`${error.message}. Fetch it again: figment data get ${style.name}`);
        });
        const faces = await emojiFaces();
        const kept = faces.filter(({ isNeutral }) => isNeutral || tones === "all");
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
  });
}
