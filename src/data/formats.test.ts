import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { DataError } from "../core/errors.js";
import { parseAmat } from "./amat.js";
import { imagesOfArray } from "./array-images.js";
import { parseIdx, readIdx } from "./idx.js";
import { idxImages, idxSet } from "./idx-set.js";
import { encodeNpy, readNpy, writeNpy } from "./npy.js";
import { parseNpy } from "./parse-npy.js";

const folder = mkdtempSync(join(tmpdir(), "figment-formats-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The error of a call that must fail with a DataError about `file`. */
function dataError(call: () => unknown): DataError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).file).toBe("file");
    return error as DataError;
  }
  throw new Error("the call did not fail");
}

const dims = (...sizes: number[]) =>
  sizes.flatMap((s) => [s >>> 24, (s >>> 16) & 255, (s >>> 8) & 255, s & 255]);
const idxBytes = Uint8Array.from([0, 0, 8, 3, ...dims(2, 2, 3), ...Array(12).keys()]);

describe("IDX", () => {
  test("reads bytes, plain and gzipped", async () => {
    const { shape, data } = parseIdx(idxBytes, "file");
    expect(shape).toEqual([2, 2, 3]);
    expect([...data]).toEqual([...Array(12).keys()]);
    writeFileSync(join(folder, "x.gz"), gzipSync(idxBytes));
    expect([...(await readIdx(join(folder, "x.gz"))).data]).toEqual([...data]);
  });

  test("reads every element type, big-endian", () => {
    const one = (code: number, ...bytes: number[]) =>
      parseIdx(Uint8Array.from([0, 0, code, 1, ...dims(1), ...bytes]), "file").data[0];
    expect(one(9, 0xfe)).toBe(-2);
    expect(one(11, 0xff, 0xfe)).toBe(-2);
    expect(one(12, 0, 1, 0, 0)).toBe(65536);
    expect(one(13, 0x3f, 0xc0, 0, 0)).toBe(1.5);
    expect(one(14, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0)).toBe(1.5);
  });

  test.each([
    ["empty", [], 0],
    ["within the magic", [0, 0, 8], 3],
    ["no zeros", [0, 7, 8, 1, ...dims(1), 5], 1],
    ["unknown type", [0, 0, 7, 1, ...dims(1), 5], 2],
    ["no dimension", [0, 0, 8, 0], 3],
    ["within the dimensions", [0, 0, 8, 3, 0, 0], 6],
    ["cut off", idxBytes.slice(0, -1), 27],
    ["too long", [...idxBytes, 1], 28],
    ["absurd dimensions", [0, 0, 14, 3, ...dims(0xffffffff, 0xffffffff, 0xffffffff)], 16],
  ])("says where a file is wrong: %s", (_, bytes, offset) => {
    expect(dataError(() => parseIdx(Uint8Array.from(bytes), "file")).offset).toBe(offset);
  });

  test("refuses labels that are not one an image", async () => {
    const [images, labels] = [join(folder, "i"), join(folder, "l")];
    writeFileSync(
      images,
      idxBytes.map((v, i) => (i < 16 ? v : v * 20)),
    );
    writeFileSync(labels, Uint8Array.from([0, 0, 8, 1, ...dims(3), 1, 2, 3]));
    const info = { name: "x", source: "x", split: "train" };
    await expect(idxSet(info, images, labels)).rejects.toThrow(/3 labels for the 2 images/);
  });

  test("refuses labels that are no numbers of classes, and says which", async () => {
    const images = join(folder, "one");
    writeFileSync(images, Uint8Array.from([0, 0, 8, 3, ...dims(3, 1, 1), 0, 0, 9]));
    const labels = join(folder, "labels");
    const info = { name: "x", source: "x", split: "train" };
    const load = (code: number, ...bytes: number[]) => {
      writeFileSync(labels, Uint8Array.from([0, 0, code, 1, ...dims(3), ...bytes]));
      return idxSet(info, images, labels);
    };
    // Two bytes each: 0, −1, 1. Four bytes each: 0, 1, 300.
    await expect(load(11, 0, 0, 255, 255, 0, 1)).rejects.toThrow(/at byte 10: .*label 1 is -1/);
    await expect(load(12, ...dims(0, 1, 300))).rejects.toThrow(/highest is 300, but only 3 occur/);
    await expect(load(9, 0, 0xfe, 1)).rejects.toThrow(/label 1 is -2/);
    const { annotations } = await load(12, ...dims(2, 0, 1));
    expect(annotations?.class).toEqual({ names: ["0", "1", "2"], values: Int32Array.of(2, 0, 1) });
  });

  test("takes integers of any width for pixels of 0 … 255", () => {
    const wide = Uint8Array.from([0, 0, 12, 3, ...dims(1, 1, 2), ...dims(0, 255)]);
    expect(idxImages(parseIdx(wide, "file"), "file")).toMatchObject({
      levels: 256,
      pixels: Uint8Array.of(0, 255),
    });
    const beyond = Uint8Array.from([0, 0, 12, 3, ...dims(1, 1, 2), ...dims(0, 256)]);
    expect(dataError(() => idxImages(parseIdx(beyond, "file"), "file")).offset).toBe(20);
  });

  test("fails with nothing but a DataError whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (noise, keepMagic) => {
        const bytes = keepMagic ? Uint8Array.from([0, 0, 8, 3, ...noise]) : noise;
        onlyDataError(() => idxImages(parseIdx(bytes, "file"), "file"));
      }),
    );
  });
});

function onlyDataError(call: () => unknown) {
  try {
    call();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
  }
}

function npy(header: string, body: readonly number[], version = 1): Uint8Array {
  const length =
    version === 1 ? [header.length & 255, header.length >>> 8] : [header.length, 0, 0, 0];
  const bytes = [0x93, ...Buffer.from("NUMPY"), version, 0, ...length];
  return Uint8Array.from([...bytes, ...Buffer.from(header), ...body]);
}
const header = (descr: string, shape: string, fortran = "False") =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': (${shape}), }\n`;

describe(".npy", () => {
  test.each([
    ["|b1", [1], 1, "bool"],
    ["|u1", [200], 200, "uint8"],
    ["|i1", [0xff], -1, "int8"],
    ["<u2", [1, 2], 513, "uint16"],
    [">u2", [1, 2], 258, "uint16"],
    ["<i4", [0xfe, 255, 255, 255], -2, "int32"],
    ["<i8", [0xfe, 255, 255, 255, 255, 255, 255, 255], -2, "int64"],
    [">u8", [0, 0, 0, 0, 0, 0, 1, 0], 256, "uint64"],
    ["<f2", [0x00, 0x3e], 1.5, "float16"],
    ["<f2", [0x01, 0x00], 2 ** -24, "float16"],
    ["<f4", [0, 0, 0xc0, 0x3f], 1.5, "float32"],
    [">f8", [0x3f, 0xf8, 0, 0, 0, 0, 0, 0], 1.5, "float64"],
  ])("reads an element of %s %j as %d", (descr, body, value, type) => {
    for (const version of [1, 2, 3]) {
      const array = parseNpy(npy(header(descr, "1,"), body, version), "file");
      expect(array).toMatchObject({ shape: [1], type });
      expect(array.data[0]).toBe(value);
    }
  });

  test("writes what it reads", async () => {
    const file = join(folder, "x.npy");
    const values = Float32Array.from({ length: 24 }, (_, i) => i / 7);
    await writeNpy(file, values, [2, 1, 3, 4]);
    expect(await readNpy(file)).toMatchObject({
      shape: [2, 1, 3, 4],
      type: "float32",
      data: values,
    });
    const bytes = encodeNpy(new Uint8Array([1, 2]), [2]);
    expect(parseNpy(bytes, "file")).toMatchObject({ shape: [2], dataOffset: 128 });
    await expect(writeNpy(file, values, [5])).rejects.toThrow(DataError);
    await expect(writeNpy(join(folder, "no", "x.npy"), values, [24])).rejects.toThrow(/no such/);
  });

  test.skipIf(!hasNumpy())("writes what NumPy reads", async () => {
    const file = join(folder, "numpy.npy");
    await writeNpy(file, Float32Array.of(0, 0.5, 1, 0.25), [2, 1, 1, 2]);
    const script =
      "import numpy,sys; a=numpy.load(sys.argv[1]); print(a.dtype, a.shape, a.ravel())";
    const said = execFileSync("python3", ["-c", script, file]).toString().trim();
    expect(said).toBe("float32 (2, 1, 1, 2) [0.   0.5  1.   0.25]");
  });

  test.each([
    ["no magic", Uint8Array.of(0x93, 1), 1, /magic/],
    ["version 9", npy(header("|u1", "1,"), [1], 9), 6, /format 9/],
    ["header cut off", npy(header("|u1", "1,"), []).slice(0, 30), 30, /header should end/],
    ["no shape", npy("{'descr': '|u1', 'fortran_order': False}\n", [1]), 10, /lacks/],
    ["objects", npy(header("|O", "1,"), [1]), 10, /\|O/],
    ["text", npy(header("<U3", "1,"), [1]), 10, /<U3/],
    [
      "structured",
      npy("{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': ()}", []),
      10,
      /struct/,
    ],
    ["too short", npy(header("<f4", "2,"), [0, 0, 0, 0]), undefined, /takes/],
    ["too long", npy(header("|u1", "1,"), [0, 0]), undefined, /takes/],
  ])("says where a file is wrong: %s", (_, bytes, offset, message) => {
    const error = dataError(() => parseNpy(bytes, "file"));
    expect(error.message).toMatch(message);
    if (offset !== undefined) expect(error.offset).toBe(offset);
    else {
      expect(error.offset).toBeGreaterThan(60);
    }
  });

  test("brings Fortran order to row-major order", () => {
    // Of numpy.arange(12).reshape(2, 3, 2), whose first axis now varies fastest.
    const columns = [0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11];
    const { shape, data } = parseNpy(npy(header("|u1", "2, 3, 2", "True"), columns), "file");
    expect(shape).toEqual([2, 3, 2]);
    expect([...data]).toEqual([...Array(12).keys()]);
  });

  test("reads what NumPy reads and refuses what NumPy refuses", () => {
    const fixture = JSON.parse(
      readFileSync(new URL("../../reference/npy.json", import.meta.url), "utf8"),
    ) as {
      files: { bytes: string; reading: { shape: number[]; values: number[] } | null }[];
    };
    for (const { bytes, reading } of fixture.files) {
      const parse = () => parseNpy(new Uint8Array(Buffer.from(bytes, "base64")), "file");
      if (reading === null) {
        dataError(parse);
        continue;
      }
      const { shape, data } = parse();
      expect({ shape, values: [...data] }).toEqual(reading);
    }
  });

  test("fails with nothing but a DataError however it is corrupted", () => {
    const good = encodeNpy(new Float32Array(8).fill(0.5), [2, 2, 2]);
    fc.assert(
      fc.property(corruptions(good), (bytes) =>
        onlyDataError(() => {
          const array = parseNpy(bytes, "file");
          imagesOfArray({ ...array, kind: "float", bytesEach: 4 }, "file");
        }),
      ),
    );
  });
});

/** Copies of good bytes, cut off and with some bytes changed. */
function corruptions(good: Uint8Array) {
  const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
  return fc
    .tuple(fc.array(change, { maxLength: 6 }), fc.integer({ min: 0, max: good.length }))
    .map(([changes, length]) => {
      const bytes = good.slice(0, length);
      for (const [at, value] of changes) if (at < length) bytes[at] = value;
      return bytes;
    });
}

function hasNumpy(): boolean {
  try {
    execFileSync("python3", ["-c", "import numpy"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe("arrays as images", () => {
  const array = (shape: number[], data: Uint8Array | Int32Array | Float32Array | Float64Array) => ({
    shape,
    data,
    kind:
      data instanceof Uint8Array || data instanceof Int32Array
        ? ("integer" as const)
        : ("float" as const),
    bytesEach: data.BYTES_PER_ELEMENT,
    dataOffset: 100,
  });
  test("takes [N, H, W] and [N, C, H, W], and knows binary floats", () => {
    const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6);
    expect(imagesOfArray(array([1, 2, 3], bytes), "file")).toMatchObject({
      channels: 1,
      height: 2,
      width: 3,
      levels: 256,
    });
    expect(imagesOfArray(array([1, 3, 1, 2], bytes), "file")).toMatchObject({
      channels: 3,
      width: 2,
    });
    const floats = imagesOfArray(array([1, 1, 2], Float64Array.of(0.5, 1)), "file");
    expect(floats.levels).toBeUndefined();
    expect(floats.pixels).toEqual(Float32Array.of(0.5, 1));
    expect(imagesOfArray(array([1, 1, 2], Float32Array.of(0, 1)), "file").levels).toBe(2);
  });

  test("takes integers that are all 0 or 1 for black and white, and notes it", () => {
    for (const data of [Uint8Array.of(0, 1), Int32Array.of(0, 1)]) {
      const notes: string[] = [];
      const images = imagesOfArray(array([1, 1, 2], data), "file", (note) => notes.push(note));
      expect(images).toMatchObject({ levels: 2, pixels: Uint8Array.of(0, 1) });
      expect(notes).toEqual([expect.stringMatching(/^file: all values are 0 or 1/)]);
    }
    expect(imagesOfArray(array([1, 1, 2], Uint8Array.of(0, 0)), "file").levels).toBe(256);
    expect(imagesOfArray(array([1, 1, 2], Uint8Array.of(0, 2)), "file").levels).toBe(256);
  });

  test("takes NaN for a missing pixel, which says nothing of the others being binary", () => {
    const binary = imagesOfArray(array([1, 1, 3], Float64Array.of(1, Number.NaN, 0)), "file");
    expect(binary.pixels).toEqual(Float32Array.of(1, Number.NaN, 0));
    expect(binary.levels).toBe(2);
    const grey = imagesOfArray(array([1, 1, 3], Float32Array.of(1, Number.NaN, 0.5)), "file");
    expect(grey.levels).toBeUndefined();
  });

  test.each([
    [[2, 3], new Uint8Array(6), /\[N, H, W\]/, undefined],
    [[1, 4, 4, 3], new Uint8Array(48), /transpose/, undefined],
    [[1, 2, 1, 1], new Uint8Array(2), /one or three channels/, undefined],
    [[0, 2, 2], new Uint8Array(0), /no pixel/, undefined],
    [[1, 1, 2], Int32Array.of(255, 256), /element 1 is 256/, 104],
    [[1, 1, 2], Int32Array.of(-1, 3), /element 0 is -1/, 100],
    [[1, 1, 2], Float32Array.of(0.5, 1.5), /1\.5/, 104],
    [[1, 1, 2], Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY), /Infinity/, 108],
    [[1, 1, 2], Float32Array.of(Number.NEGATIVE_INFINITY, 0), /-Infinity/, 100],
    [[1, 1, 2], Float32Array.of(Number.NaN, Number.NaN), /every pixel is missing/, undefined],
    [[1, 1, 2], Float32Array.of(-0.5, 0), /-0\.5/, 100],
  ])("refuses %j", (shape, data, message, offset) => {
    const error = dataError(() => imagesOfArray(array(shape, data), "file"));
    expect(error.message).toMatch(message);
    expect(error.offset).toBe(offset);
  });
});

describe(".amat", () => {
  const parse = (text: string) => parseAmat(Buffer.from(text), "file");
  test("reads squares of zeros and ones", () => {
    const { pixels, height, width } = parse("0 1 1 0 \r\n1 1 0 0\n");
    expect([height, width, ...pixels]).toEqual([2, 2, 0, 1, 1, 0, 1, 1, 0, 0]);
    expect(parse("1").pixels).toHaveLength(1);
  });
  test.each([
    ["", 0, /no image/],
    ["0 1 1 0\n1 1 0\n", 13, /3 pixels/],
    ["0 1 2 0\n", 4, /0 or 1/],
    ["0 11 0\n", 3, /0 or 1/],
    ["0 1 1\n", 0, /square/],
  ])("says where %j is wrong", (text, offset, message) => {
    const error = dataError(() => parse(text));
    expect(error.offset).toBe(offset);
    expect(error.message).toMatch(message);
  });
});
