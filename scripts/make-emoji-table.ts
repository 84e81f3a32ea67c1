/**
 * Makes assets/emoji/emoji.json.gz: what the emoji data sets know of each emoji, whoever drew it.
 *
 *   for package in emoji-datasource-google@16.0.0 emoji-datasource-twitter@16.0.0 \
 *     openmoji@17.0.0 @lobehub/fluent-emoji-3d@1.1.0
 *   do npm pack $package; done   # unpack each into a folder of its own
 *   npx tsx scripts/make-emoji-table.ts google/package twitter/package openmoji/package fluent/package
 *
 * Names, short names and categories are those of emoji-datasource-google 16.0.0. Emoji are of one group
 * where they differ in skin, gender or direction only, where their drawings are the same in any of
 * the four sets, or where they are listed below: a split never parts a group.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { emojiCode } from "../src/data/emoji/code.js";

interface Described {
  readonly unified: string;
  readonly short_names: readonly string[];
  readonly category: string;
  readonly sort_order: number;
  readonly skin_variations?: Readonly<Record<string, { readonly unified: string }>>;
}

const folders = process.argv.slice(2);
const [google, twitter, openmoji, fluent] = folders;
if (fluent === undefined)
  throw new Error("usage: make-emoji-table.ts GOOGLE TWITTER OPENMOJI FLUENT");

const described = (
  JSON.parse(readFileSync(join(google, "emoji.json"), "utf8")) as Described[]
).sort((a, b) => a.sort_order - b.sort_order);
const codes = described.map(({ unified }) => emojiCode(unified));
const places = new Map(codes.map((code, place) => [code, place]));

/** Drawings of one motif that no rule of code points finds. */
const SAME_MOTIF = [
  ["1f46b", "1f46c", "1f46d", "1f9d1-200d-1f91d-200d-1f9d1"],
  ["1f48f", "1f469-200d-2764-200d-1f48b-200d-1f468", "1f468-200d-2764-200d-1f48b-200d-1f468"],
  ["1f491", "1f469-200d-2764-200d-1f468", "1f468-200d-2764-200d-1f468"],
  ["1f474", "1f475", "1f9d3"],
  ["1f934", "1f478", "1fac5"],
  ["1f385", "1f936", "1f9d1-200d-1f384"],
  ["1f46a", "1f468-200d-1f469-200d-1f466"],
];

const parents = codes.map((_, place) => place);
const rootOf = (place: number): number =>
  parents[place] === place ? place : rootOf(parents[place]);
const join2 = (a: number, b: number) => {
  const [first, second] = [rootOf(a), rootOf(b)].sort((x, y) => x - y);
  parents[second] = first;
};
const firstOf = new Map<string, number>();
codes.forEach((code, place) => {
  const motif = code
    .replace(/-200d-27a1$/, "")
    .replaceAll(/-200d-264[02]/g, "")
    .replaceAll(/1f46[89]/g, "1f9d1")
    .replaceAll(/1f46[67]/g, "1f9d2");
  join2(place, firstOf.get(motif) ?? place);
  if (!firstOf.has(motif)) firstOf.set(motif, place);
});
for (const [first, ...others] of SAME_MOTIF)
  for (const other of others) {
    const [a, b] = [places.get(first), places.get(other)];
    if (a === undefined || b === undefined) throw new Error(`${first} or ${other} is no emoji`);
    join2(a, b);
  }

/** Root mean square of the difference in bytes below which two drawings are the same. */
const SAME = 2;
const SIDE = 64;
for (const folder of [
  join(google, "img/google/64"),
  join(twitter, "img/twitter/64"),
  join(openmoji, "color/svg"),
  join(fluent, "assets"),
]) {
  const drawings: { readonly place: number; readonly pixels: Uint8Array }[] = [];
  for (const file of readdirSync(folder).sort()) {
    const place = places.get(emojiCode(file.replace(/\.\w+$/, "")));
    if (place === undefined) continue;
    const pixels = await sharp(join(folder, file))
      .flatten({ background: "#ffffff" })
      .resize(SIDE, SIDE, { kernel: "linear" })
      .toColourspace("srgb")
      .raw()
      .toBuffer();
    for (const other of drawings) {
      let squares = 0;
      const most = SAME * SAME * pixels.length;
      for (let at = 0; at < pixels.length && squares < most; at++)
        squares += (pixels[at] - other.pixels[at]) ** 2;
      if (squares < most) join2(place, other.place);
    }
    drawings.push({ place, pixels });
  }
  console.log(`${folder}: ${drawings.length} of ${codes.length} emoji`);
}

const roots = [...new Set(codes.map((_, place) => rootOf(place)))];
const table = described.map(({ short_names, category, skin_variations = {} }, place) => ({
  code: codes[place],
  names: short_names.map((name) => name.replaceAll(/(?<=\w)[-_]/g, " ")),
  category,
  group: roots.indexOf(rootOf(place)),
  tones: Object.values(skin_variations).map(({ unified }) => emojiCode(unified)),
}));
writeFileSync(
  new URL("../assets/emoji/emoji.json.gz", import.meta.url),
  gzipSync(JSON.stringify(table), { level: 9 }),
);
console.log(`${table.length} emoji in ${roots.length} groups`);
