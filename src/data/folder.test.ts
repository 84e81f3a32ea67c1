import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { afterAll, describe, expect, test } from "vitest";
import { DataError } from "../core/errors.js";
import { decodeCaption } from "../core/text.js";
import { type ImageSet, readImages } from "./image-set.js";
import { type LoadOptions, loadDataset } from "./load-dataset.js";
import { naturalOrder } from "./natural-order.js";

const root = mkdtempSync(join(tmpdir(), "figment-folder-"));
afterAll(() => rmSync(root, { recursive: true }));

/** Pictures by the grey of each; all of 2×2 pixels. */
const pngOf = async (grey: number) =>
  sharp({ create: { width: 2, height: 2, channels: 3, background: { r: grey, g: grey, b: grey } } })
    .png()
    .toBuffer();
const png = await pngOf(51);

let folders = 0;
/** A new folder with these files; of names that end in .png, each is a picture unless given. */
function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = join(root, `${folders++}`);
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content === "" && name.endsWith(".png") ? png : content);
  }
  return folder;
}

const load = (folder: string, options: LoadOptions = {}) =>
  loadDataset(folder, { split: "all", ...options });

const captionsIn = ({ annotations }: ImageSet): string[] => {
  const { values, length, vocabulary } = annotations?.caption ?? {
    values: new Int32Array(),
    length: 1,
    vocabulary: [],
  };
  return Array.from({ length: values.length / length }, (_, image) =>
    decodeCaption(values.slice(image * length, (image + 1) * length), { vocabulary }),
  );
};

async function refusal(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = folderOf(files);
  const error = await load(folder).then(
    () => Promise.reject(new Error("the folder was taken")),
    (reason: Error) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  expect(error.message.startsWith(folder)).toBe(true);
  return error.message.slice(folder.length + 1);
}

describe("naturalOrder", () => {
  test("counts digits as numbers, however many", () => {
    const sorted = ["0", "1", "2", "10", "11", "a1b2", "a1b10", "a01b10", "a2", "b"];
    expect([...sorted].reverse().sort(naturalOrder)).toEqual([
      ...["0", "1", "2", "10", "11", "a1b2", "a01b10", "a1b10", "a2", "b"],
    ]);
    expect(naturalOrder("9007199254740993", "9007199254740992")).toBeGreaterThan(0);
  });
  test("is an order: antisymmetric, transitive, and only a name is equal to itself", () => {
    const name = fc.string({ unit: fc.constantFrom("0", "1", "9", "a", "é"), maxLength: 5 });
    fc.assert(
      fc.property(name, name, name, (a, b, c) => {
        expect(Math.sign(naturalOrder(a, b))).toBe(-Math.sign(naturalOrder(b, a)) + 0);
        expect(naturalOrder(a, b) === 0).toBe(a === b);
        if (naturalOrder(a, b) < 0 && naturalOrder(b, c) < 0) {
          expect(naturalOrder(a, c)).toBeLessThan(0);
        }
      }),
    );
  });
});

describe("classes", () => {
  test("are sub-folders in natural order, written in one way", async () => {
    const names = ["10", "2", "0", "caf\u00e9", "1", "cafe\u0301"];
    const folder = folderOf(Object.fromEntries(names.map((name) => [`${name}/a.png`, ""])));
    const { annotations } = await load(folder);
    expect(annotations?.class?.names).toEqual(["0", "1", "2", "10", "caf\u00e9"]);
    // In the order of paths: 0, 1, 10, 2, then é as two characters and as one.
    expect([...(annotations?.class?.values ?? [])]).toEqual([0, 1, 3, 2, 4, 4]);
  });

  test("are none where an image lies in no sub-folder, which is noted", async () => {
    const notes: string[] = [];
    const folder = folderOf({ "a.png": "", "b/c.png": "" });
    const set = await load(folder, { onNote: (note) => notes.push(note) });
    expect(set).not.toHaveProperty("annotations");
    expect(notes).toEqual([expect.stringMatching(/1 of its 2 images are not in a sub-folder/)]);
  });
});

describe("what is not read", () => {
  test("is counted by extension, and dangling links are named", async () => {
    const folder = folderOf({ "a.png": "", "b.BMP": "x", "c.bmp": "x", README: "x", ".d": "x" });
    symlinkSync(join(folder, "gone.png"), join(folder, "link.png"));
    symlinkSync(join(folder, "a.png"), join(folder, "other.png"));
    symlinkSync(join(folder, "round"), join(folder, "round"));
    const notes: string[] = [];
    const set = await load(folder, { onNote: (note) => notes.push(note) });
    expect(set.ids).toEqual([join(folder, "a.png"), join(folder, "other.png")]);
    expect(notes).toEqual([
      `${folder}: left out 3 files of other kinds: 2 .bmp, 1 without an extension`,
      `${folder}: left out dangling links: link.png, round`,
    ]);
  });

  test("is told where nothing is left", async () => {
    expect(await refusal({ "a.bmp": "x" })).toMatch(
      /no PNG, .* file in this folder, but 1 file of another kind: 1 \.bmp$/,
    );
  });
});

describe("captions", () => {
  const images = { "cat/1.png": "", "dog/2.png": "" };
  const expected = ["a black cat", "two dogs, one small"];

  test.each([
    ["captions.csv", 'file,caption\ndog/2.png,"Two dogs, one small"\n\ncat/1.png,A black cat\n'],
    [
      "captions.csv",
      '\ufefffile,caption\r\n./cat/1.png,"A black\r\ncat"\r\ndog\\2.png,"two dogs, one small"',
    ],
    [
      "captions.jsonl",
      '{"caption": "A black cat", "file": "cat/1.png"}\n\n{"file": "dog/2.png", "caption": "two dogs, one small"}',
    ],
  ])("come from %s, in any order", async (name, content) => {
    const notes: string[] = [];
    const folder = folderOf({ ...images, [name]: content });
    const set = await load(folder, { onNote: (note) => notes.push(note) });
    expect(captionsIn(set)).toEqual(expected);
    expect(set.annotations?.class?.names).toEqual(["cat", "dog"]);
    expect(notes).toEqual([]);
  });

  test("come from a text file beside each image", async () => {
    const notes: string[] = [];
    const texts = { "cat/1.txt": "A black cat\n", "dog/2.txt": "two dogs, one small" };
    const folder = folderOf({ ...images, ...texts, "about.txt": "not beside an image" });
    const set = await load(folder, { onNote: (note) => notes.push(note) });
    expect(captionsIn(set)).toEqual(expected);
    expect(notes).toEqual([`${folder}: left out 1 file of another kind: 1 .txt`]);
  });

  test.each([
    ["a,b\ncat/1.png,x", ':1: "a" is not a column of this file'],
    ["file\ncat/1.png", ':1: there is no column "caption"'],
    ["", ": the file is empty"],
    ["file,caption,caption\n", ':1: two columns are named "caption"'],
    [
      "file,caption\ncat/1.png,x\ncat/3.png,y",
      ':3: there is no image "cat/3.png" in this folder; did you mean "cat/1.png"?',
    ],
    [
      "file,caption\ncat/1.png,x\ndog/2.png,y\ncat/1.png,z",
      ':4: "cat/1.png" is already listed in line 2',
    ],
    ["file,caption\ncat/1.png,x", ': the image "dog/2.png" is not listed'],
    ["file,caption\ncat/1.png, \ndog/2.png,y", ":2: the caption has no word"],
    [
      `file,caption\ncat/1.png,x\ndog/2.png,${"y ".repeat(1025)}`,
      ":3: the caption has 1025 words and punctuation marks; at most 1024 can be kept",
    ],
    ["file,caption\ncat/1.png,x,more\n", ":2: Invalid Record Length"],
    ['file,caption\ncat/1.png,"x\n', ":2: Quote Not Closed"],
  ])("are refused as %j, with file and line", async (content, message) => {
    const text = await refusal({ ...images, "captions.csv": content });
    expect(text.startsWith(`captions.csv${message}`)).toBe(true);
  });

  test.each([
    ['{"file": "cat/1.png", "caption": "x"}\nnot JSON', ":2: this line is not a JSON object"],
    ['{"file": "cat/1.png", "caption": 3}', ':1: "caption" must be a string, not 3'],
    ['{"file": "cat/1.png"}\n{"file": "dog/2.png", "caption": "y"}', ':1: there is no "caption"'],
    ["[]", ":1: this line is not a JSON object"],
  ])("are refused as %j, with file and line", async (content, message) => {
    const text = await refusal({ ...images, "captions.jsonl": content });
    expect(text.startsWith(`captions.jsonl${message}`)).toBe(true);
  });

  test("are refused when they are no UTF-8, with the line", async () => {
    const latin = Buffer.from("file,caption\ncat/1.png,x\ndog/2.png,caf\xe9\n", "latin1");
    expect(await refusal({ ...images, "captions.csv": latin })).toMatch(
      /^captions\.csv:3: .*UTF-8/,
    );
    expect(await refusal({ ...images, "cat/1.txt": latin, "dog/2.txt": "x" })).toMatch(
      /^cat\/1\.txt:3: .*UTF-8/,
    );
  });

  test("are refused when an image has none beside it, or there are two files of them", async () => {
    expect(await refusal({ ...images, "cat/1.txt": "x" })).toMatch(
      /1 of 2 images .* no \.txt file beside "dog\/2\.png"/,
    );
    expect(await refusal({ ...images, "cat/1.txt": "x", "dog/2.txt": " \n" })).toMatch(
      /^dog\/2\.txt: the caption has no word/,
    );
    const both = { "captions.csv": "file,caption", "captions.jsonl": "" };
    expect(await refusal({ ...images, ...both })).toMatch(/keep one/);
  });
});

describe("attributes and weights", () => {
  const images = { "a.png": "", "b.png": "" };

  test("come from attributes.csv", async () => {
    const content = "smiling,file,weight,hat\n1,b.png,2.5,0\n0.25,a.png,0,1\n";
    const { annotations, weights } = await load(folderOf({ ...images, "attributes.csv": content }));
    expect(annotations).toEqual({
      attributes: { names: ["smiling", "hat"], values: Float32Array.of(0.25, 1, 1, 0) },
    });
    expect(weights).toEqual(Float32Array.of(0, 2.5));
  });

  test("come from weights.csv, without attributes", async () => {
    const set = await load(folderOf({ ...images, "weights.csv": "file,weight\na.png,1\nb.png,3" }));
    expect(set).not.toHaveProperty("annotations");
    expect(set.weights).toEqual(Float32Array.of(1, 3));
  });

  test.each([
    ["file,hat\na.png,0\nb.png,1.5", ':3: "hat" must be a number in [0, 1], not "1.5"'],
    ["file,hat\na.png,-1\nb.png,1", ':2: "hat" must be a number in [0, 1], not "-1"'],
    ["file,hat\na.png,yes\nb.png,1", ':2: "hat" must be a number in [0, 1], not "yes"'],
    ["file,hat\na.png,\nb.png,1", ':2: "hat" must be a number in [0, 1], not ""'],
    ["file,hat\na.png,Infinity\nb.png,1", ':2: "hat" must be a number in [0, 1], not "Infinity"'],
    ["file,weight\na.png,1\nb.png,-2", ':3: "weight" must be a number of at least 0, not "-2"'],
    ["name,hat\na.png,1", ':1: there is no column "file"'],
    ["file,\na.png,1", ":1: column 2 has no name"],
    ["file,hat\na.png,1\n", ': the image "b.png" is not listed'],
    ["file,hat\na.png,1\nc.png,1", ':3: there is no image "c.png"'],
  ])("are refused as %j, with file and line", async (content, message) => {
    const text = await refusal({ ...images, "attributes.csv": content });
    expect(text.startsWith(`attributes.csv${message}`)).toBe(true);
  });

  test("are refused when two files have weights", async () => {
    const weights = "file,weight\na.png,1\nb.png,1";
    expect(await refusal({ ...images, "attributes.csv": weights, "weights.csv": weights })).toMatch(
      /keep one/,
    );
  });
});

describe("damaged files", () => {
  const damaged = png.subarray(0, -20);
  const files = {
    "x/1.png": "",
    "x/2.png": damaged,
    "y/3.png": "<svg/>",
    "y/4.png": "",
    "captions.csv": "file,caption\nx/1.png,one\nx/2.png,two\ny/3.png,three\ny/4.png,four",
    "weights.csv": "file,weight\nx/1.png,1\nx/2.png,2\ny/3.png,3\ny/4.png,4",
  };

  test("are an error, also where images are read from disk each time", async () => {
    const folder = folderOf(files);
    await expect(load(folder)).rejects.toThrow(/3\.png: .*not PNG/);
    const streamed = await load(folderOf({ ...files, "y/3.png": "" }), { memoryBudget: 1 });
    const error = await readImages(streamed, [0, 1]).catch((reason) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/x\/2\.png: this PNG is truncated/);
  });

  test.each([
    ["kept in memory", undefined, undefined],
    ["read each time", 1, undefined],
    ["brought to a size", undefined, 2],
    ["read each time and brought to a size", 1, 2],
  ])(
    "are left out and named on demand, with what is known of them: %s",
    async (_, budget, size) => {
      const notes: string[] = [];
      const folder = folderOf(files);
      const set = await load(folder, {
        skipDamaged: true,
        onNote: (note) => notes.push(note),
        ...(budget !== undefined && { memoryBudget: budget }),
        ...(size !== undefined && { size, channels: 3 }),
      });
      expect(set.ids).toEqual([join(folder, "x/1.png"), join(folder, "y/4.png")]);
      expect(captionsIn(set)).toEqual(["one", "four"]);
      expect([...(set.annotations?.class?.values ?? [])]).toEqual([0, 1]);
      expect(set.weights).toEqual(Float32Array.of(1, 4));
      const { pixelsUnit } = await readImages(set);
      expect([...pixelsUnit]).toEqual(Array(24).fill(Math.fround(0.2)));
      const told = notes.join("\n");
      expect(told).toMatch(/x\/2\.png: this PNG is truncated/);
      expect(told).toMatch(/y\/3\.png: the content of this file is not PNG/);
    },
  );

  test("are an error when all are", async () => {
    const folder = folderOf({ "a.png": damaged, "b.png": "x" });
    await expect(load(folder, { skipDamaged: true })).rejects.toThrow(
      /every image file is damaged/,
    );
  });
});
