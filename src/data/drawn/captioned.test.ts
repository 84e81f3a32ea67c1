import { describe, expect, test } from "vitest";
import { decodeCaption, encodeCaption } from "../../core/text.js";
import { type ImageSet, readImages } from "../image-set.js";
import { loadDataset } from "../load-dataset.js";
import { colourNames, palette } from "./palette.js";

/** What tells captions of each set apart from their words, written down by hand. */
const sets = {
  shapes: {
    caption: /^a (?<size>small|medium|large) (?<colour>\w+) (?<class>\w+), (?<place>.+)$/,
    combinations: 6 * 8 * 9,
    heldOut: 6 * 8 * 9 * (1 / 6),
    words: 24,
  },
  "scenes-digits": {
    caption:
      /^a (?<stroke>thin|thick) (?<slant>slanted )?(?<colour>\w+) (?<class>\w+), (?<place>.+)$/,
    combinations: 10 * 8 * 5,
    heldOut: 10 * 8 * 5 * (1 / 5),
    words: 28,
  },
} as const;
type Name = keyof typeof sets;
const names = Object.keys(sets) as Name[];

const captionsOf = ({ annotations, count }: ImageSet) => {
  const caption = annotations!.caption!;
  const { values, length } = caption;
  return Array.from({ length: count }, (_, i) =>
    decodeCaption(values.subarray(i * length, (i + 1) * length), caption),
  );
};

const attributesOf = ({ annotations, count }: ImageSet) => {
  const { names, values } = annotations!.attributes!;
  return Array.from({ length: count }, (_, i) =>
    names.filter((_, attribute) => values[i * names.length + attribute] === 1),
  );
};

/** What a caption says, read without the code that wrote it. */
const said = (name: Name, caption: string) => {
  const { slant, ...rest } = sets[name].caption.exec(caption)!.groups as Record<string, string>;
  const upright = name === "shapes" ? {} : { slant: slant === undefined ? "upright" : "slanted" };
  return { ...rest, ...upright } as Record<string, string>;
};

const combinations = (name: Name, set: ImageSet) =>
  new Set(
    captionsOf(set).map((caption) => {
      const { class: figure, colour, place } = said(name, caption);
      return [figure, colour, place].join("/");
    }),
  );

describe.each(names)("%s", (name) => {
  test("says in each caption exactly what class and attributes say", async () => {
    const set = await loadDataset(name, { split: "test" });
    const captions = captionsOf(set);
    const attributes = attributesOf(set);
    const { values, names: classes } = set.annotations!.class!;
    for (const [i, caption] of captions.entries()) {
      const words = said(name, caption);
      expect(new Set(attributes[i])).toEqual(new Set(Object.values(words)));
      expect(attributes[i]).toHaveLength(Object.keys(words).length);
      expect(classes[values[i]]).toBe(words.class);
    }
    const { vocabulary, length } = set.annotations!.caption!;
    expect(vocabulary).toHaveLength(1 + sets[name].words);
    const tokens = encodeCaption(captions[0], { vocabulary, length });
    expect(tokens).toEqual(set.annotations!.caption!.values.slice(0, length));
  });

  test("keeps some combinations of class, colour and place for testing", async () => {
    const [train, heldOut, seen] = await Promise.all(
      ["train", "test", "test-seen"].map(async (split) =>
        combinations(name, await loadDataset(name, { split })),
      ),
    );
    const { combinations: all, heldOut: kept } = sets[name];
    expect(heldOut.size).toBe(kept);
    expect(train.size).toBe(all - kept);
    for (const combination of heldOut) expect(train).not.toContain(combination);
    for (const combination of seen) expect(train).toContain(combination);
    const pairs = (combinations: Iterable<string>) =>
      new Set(
        [...combinations].flatMap((combination) => {
          const [figure, colour, place] = combination.split("/");
          return [`${figure}/${colour}`, `${figure}//${place}`, `/${colour}/${place}`];
        }),
      );
    for (const pair of pairs(heldOut)) expect(pairs(train)).toContain(pair);
  });

  test("draws an image alike in any batch, in a set of any length, and otherwise by seed and split", async () => {
    const set = await loadDataset(name);
    const size = 3 * 32 * 32;
    const { pixelsUnit } = await readImages(set, [5, 49_999, 0]);
    expect((await readImages(set, [0])).pixelsUnit).toEqual(pixelsUnit.slice(2 * size));
    const short = await loadDataset(`${name}:count=6`);
    expect((await readImages(short, [5])).pixelsUnit).toEqual(pixelsUnit.slice(0, size));
    expect(captionsOf(short)).toEqual(captionsOf(set).slice(0, 6));
    const other = await loadDataset(`${name}:seed=1:count=6`);
    expect((await readImages(other, [5])).pixelsUnit).not.toEqual(pixelsUnit.slice(0, size));
    const seen = await loadDataset(name, { split: "test-seen" });
    expect((await readImages(seen, [5])).pixelsUnit).not.toEqual(pixelsUnit.slice(0, size));
    expect(pixelsUnit.every((value) => Number.isInteger(Math.round(value * 255)))).toBe(true);
    for (const value of pixelsUnit) expect(value * 255).toBeCloseTo(Math.round(value * 255), 4);
    await expect(loadDataset(name, { split: "all" })).rejects.toThrow("train, test and test-seen");
  });

  test("shows the colour and the place that it says: measured in 400 images", async () => {
    const set = await loadDataset(name, { split: "test-seen" });
    const captions = captionsOf(set).map((caption) => said(name, caption));
    const { pixelsUnit } = await readImages(
      set,
      Array.from({ length: 400 }, (_, i) => i),
    );
    for (let i = 0; i < 400; i++) {
      const found = measured(pixelsUnit.subarray(i * 3072, (i + 1) * 3072));
      expect(found.colour, `image ${i}`).toBe(captions[i].colour);
      expect(found.place, `image ${i}`).toBe(captions[i].place);
    }
  });
});

/** The colour nearest to the brightest pixels, and the third of the image where the figure's middle is. */
function measured(image: Float32Array) {
  const at = (c: number, i: number) => image[c * 1024 + i];
  const ground = [0, 1, 2].map((c) => mode(image.subarray(c * 1024, (c + 1) * 1024)));
  const ink = Array.from({ length: 1024 }, (_, i) =>
    ground.reduce((sum, value, c) => sum + Math.abs(at(c, i) - value), 0),
  );
  const most = Math.max(...ink);
  const inside = [...ink.keys()].filter((i) => ink[i] > 0.7 * most);
  const [red, green, blue] = [0, 1, 2].map(
    (c) => inside.reduce((sum, i) => sum + at(c, i), 0) / inside.length,
  ) as [number, number, number];
  const distance = (name: string) => {
    const [r, g, b] = palette[name];
    return (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
  };
  const colour = [...colourNames].sort((a, b) => distance(a) - distance(b))[0];
  const covered = [...ink.keys()].filter((i) => ink[i] > 0.25 * most);
  const middle = (of: (i: number) => number) => {
    const values = covered.map(of);
    return (Math.min(...values) + Math.max(...values) + 1) / 2;
  };
  const third = (value: number) => (value < 12.4 ? 0 : value < 19.6 ? 1 : 2);
  const [column, row] = [third(middle((i) => i % 32)), third(middle((i) => Math.floor(i / 32)))];
  const rows = ["top", "", "bottom"][row];
  const columns = ["left", "", "right"][column];
  return { colour, place: [rows, columns].filter((word) => word !== "").join(" ") || "centre" };
}

/** The commonest value. */
function mode(values: Float32Array): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0][0];
}
