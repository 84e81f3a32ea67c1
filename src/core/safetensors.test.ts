import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HostArray } from "../tensor/dtype.js";
import { RunError } from "./errors.js";
import {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsContent,
  type StoredDType,
  type StoredTensor,
} from "./safetensors.js";
import { ELEMENT_CODINGS, STORED_DTYPES } from "./safetensors-elements.js";

/** Made by the reference implementation; see reference/safetensors_fixture.py. */
const fixture = JSON.parse(
  readFileSync(new URL("../../reference/safetensors.json", import.meta.url), "utf8"),
) as Record<"file" | "no_metadata" | "float32" | "float16", string>;
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));

const one = (dtype: StoredDType, data: HostArray, shape: readonly number[] = [data.length]) =>
  ({
    metadata: {},
    tensors: new Map([["x", { dtype, shape, data }]]),
  }) satisfies SafetensorsContent;

/** A file with this header, as text, and `dataBytes` bytes of zeros. */
function fileOf(header: string | Uint8Array, dataBytes = 0): Uint8Array {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

/** A file whose one tensor has, in place of something, a list in a list in a list … */
const nested = (of: (deep: string) => string) =>
  fileOf(`{"x":{${of("[".repeat(5000) + "]".repeat(5000))},"data_offsets":[0,4]}}`, 4);

const entry = (shape: string, offsets: string, dtype = "F32") =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;

const stored: fc.Arbitrary<StoredTensor> = fc
  .record({
    dtype: fc.constantFrom(...STORED_DTYPES),
    shape: fc.array(fc.nat(4), { maxLength: 3 }),
    seed: fc.uint8Array({ minLength: 512, maxLength: 512 }),
  })
  .map(({ dtype, shape, seed }) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const bytes = seed
      .slice(0, count * ELEMENT_CODINGS[dtype].bytes)
      .map((byte) => (dtype === "BOOL" ? byte % 2 : byte));
    return { dtype, shape, data: ELEMENT_CODINGS[dtype].fromBytes(new Uint8Array(bytes)) };
  });

const content: fc.Arbitrary<SafetensorsContent> = fc.record({
  metadata: fc.dictionary(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" })),
  tensors: fc
    .dictionary(
      fc.string({ unit: "grapheme" }).filter((name) => name !== "__metadata__"),
      stored,
      { maxKeys: 5 },
    )
    .map((tensors) => new Map(Object.entries(tensors))),
});

describe("safetensors against the reference implementation", () => {
  const reference = bytesOf(fixture.file);

  test("reads what it wrote", () => {
    const { tensors, metadata } = decodeSafetensors(reference);
    expect(metadata).toEqual({ note: 'ünï "quoted"' });
    expect(tensors.get("weights.kernel")?.shape).toEqual([3, 2]);
    expect([...tensors.get("weights.bias")!.data]).toEqual([
      0,
      -0,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
    ]);
    expect(tensors.get("adam.step")).toEqual({
      dtype: "I64",
      shape: [],
      data: BigInt64Array.of(12345678901234567n),
    });
    expect(tensors.get("adam.mean")?.data).toBeInstanceOf(Float64Array);
    expect([...tensors.get("counts")!.data]).toEqual([-5, 7]);
    expect([...tensors.get("half")!.data]).toEqual([1.5, -2, 65504, 2 ** -24]);
    expect([...tensors.get("mask")!.data]).toEqual([1, 0, 1]);
    expect(tensors.get("empty")?.shape).toEqual([0, 4]);
    expect([...tensors.get("déjà vu")!.data]).toEqual([1]);
  });

  test("writes the same bytes", () => {
    for (const file of [reference, bytesOf(fixture.no_metadata)])
      expect(encodeSafetensors(decodeSafetensors(file))).toEqual(file);
  });

  test("rounds to float16 as numpy does", () => {
    const floats = new Float32Array(bytesOf(fixture.float32).buffer);
    const file = encodeSafetensors(one("F16", floats));
    expect(file.slice(-2 * floats.length)).toEqual(bytesOf(fixture.float16));
  });
});

describe("half precision", () => {
  const every = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

  test.each(["F16", "BF16"] as const)("%s: every value survives, NaN as NaN", (dtype) => {
    const { fromBytes, toBytes } = ELEMENT_CODINGS[dtype];
    const values = fromBytes(new Uint8Array(every.slice().buffer));
    const back = fromBytes(new Uint8Array(toBytes(values)));
    expect(back).toEqual(values);
  });

  test.each(["F16", "BF16"] as const)("%s: half-way goes to the even neighbour", (dtype) => {
    const { fromBytes, toBytes } = ELEMENT_CODINGS[dtype];
    const values = fromBytes(new Uint8Array(every.slice().buffer)) as Float32Array;
    const finite = dtype === "F16" ? 0x7bff : 0x7f7f;
    const middles = Float32Array.from(
      { length: finite },
      (_, bits) => (values[bits] + values[bits + 1]) / 2,
    );
    const rounded = new Uint16Array(new Uint8Array(toBytes(middles)).buffer);
    expect([...rounded]).toEqual(Array.from(middles, (_, bits) => bits + (bits % 2)));
  });
});

describe("safetensors", () => {
  test("round-trips any content, names like __proto__ and 0 included", () => {
    fc.assert(
      fc.property(content, (original) => {
        const { tensors, metadata } = decodeSafetensors(encodeSafetensors(original));
        expect(metadata).toEqual(original.metadata);
        expect(new Map([...tensors].sort())).toEqual(new Map([...original.tensors].sort()));
      }),
      { numRuns: 200 },
    );
    const tensors = new Map(
      ["__proto__", "1", "0", "constructor"].map((name) => [
        name,
        one("U8", new Uint8Array(1)).tensors.get("x")!,
      ]),
    );
    const metadata = Object.fromEntries([
      ["__proto__", "a"],
      ["1", "b"],
    ]);
    const back = decodeSafetensors(encodeSafetensors({ tensors, metadata }));
    expect([...back.tensors.keys()].sort()).toEqual(["0", "1", "__proto__", "constructor"]);
    expect(Object.entries(back.metadata)).toEqual(Object.entries(metadata));
  });

  test("gives equal bytes whatever the order of insertion", () => {
    const { tensors } = decodeSafetensors(bytesOf(fixture.file));
    const forwards = encodeSafetensors({ tensors, metadata: { a: "1", b: "2" } });
    const backwards = encodeSafetensors({
      tensors: new Map([...tensors].reverse()),
      metadata: { b: "2", a: "1" },
    });
    expect(backwards).toEqual(forwards);
  });

  test("starts the data at a multiple of eight bytes", () => {
    for (const name of ["a", "ab", "abc", "abcdefgh"]) {
      const file = encodeSafetensors({
        metadata: {},
        tensors: new Map([[name, { dtype: "F64", shape: [1], data: Float64Array.of(1) }]]),
      });
      expect(file.length % 8).toBe(0);
    }
  });

  test("decodes from the middle of a larger, unaligned buffer, into memory of its own", () => {
    const file = encodeSafetensors(one("F64", Float64Array.of(1, 2)));
    const larger = new Uint8Array(file.length + 3);
    larger.set(file, 3);
    const { data } = decodeSafetensors(larger.subarray(3)).tensors.get("x")!;
    larger.fill(0);
    expect([...data]).toEqual([1, 2]);
  });

  test("refuses to encode what does not fit", () => {
    expect(() => encodeSafetensors(one("F32", new Float32Array(3), [2, 2]))).toThrow(
      'tensor "x": shape [2,2] does not hold 3 elements',
    );
    expect(() => encodeSafetensors(one("F16", new Float64Array(2)))).toThrow(
      "F16 needs a Float32Array, not this Float64Array",
    );
    expect(() => encodeSafetensors(one("BOOL", Uint8Array.of(2)))).toThrow(RunError);
    expect(() =>
      encodeSafetensors({
        metadata: {},
        tensors: new Map([["__metadata__", one("U8", new Uint8Array(1)).tensors.get("x")!]]),
      }),
    ).toThrow("cannot be the name");
  });
});

describe("hostile files", () => {
  const x4 = entry("[1]", "[0,4]");
  test.each([
    ["nothing at all", new Uint8Array(0), "byte 0: the file ends within the length"],
    ["half a length", new Uint8Array(5), "byte 5: the file ends within the length"],
    [
      "a header of 2^64 − 1 bytes",
      new Uint8Array(8).fill(255),
      "byte 0: the header's length of 1844674407",
    ],
    ["a header beyond the end", fileOf("{}").subarray(0, 9), "byte 9: the header should end at"],
    ["no JSON", fileOf("{nonsense}"), "byte 8: the header is not JSON"],
    ["no UTF-8", fileOf(Uint8Array.of(123, 34, 255, 34, 125)), "the header is not JSON"],
    ["a byte order mark", fileOf("\ufeff{}"), "the header is not JSON"],
    ["an array", fileOf("[]"), "the header is not a JSON object"],
    ["null", fileOf("null"), "the header is not a JSON object"],
    ["bottomless nesting", fileOf(`{"x":${"[".repeat(1e6)}`), "the header is not JSON"],
    ["a type nested 5,000 deep", nested((deep) => `"dtype":${deep}`), "nested more than 8 deep"],
    ["a shape nested 5,000 deep", nested((deep) => `"shape":${deep}`), "nested more than 8 deep"],
    ["a key nested 5,000 deep", nested((deep) => `"y":${deep}`), "nested more than 8 deep"],
    ["objects nested 1e6 deep", fileOf(`${'{"x":'.repeat(1e6)}1${"}".repeat(1e6)}`), "nested"],
    ["metadata of numbers", fileOf('{"__metadata__":{"a":1}}'), '"a" is not a string'],
    ["metadata that is a list", fileOf('{"__metadata__":[]}'), "is not an object"],
    ["a name twice", fileOf(`{"x":${x4},"x":${x4}}`, 4), 'has the key "x" twice'],
    [
      "a name twice, far from its colon",
      fileOf(`{"x":${x4},"x"${" ".repeat(99)}:${x4}}`, 4),
      "twice",
    ],
    ["a name twice, escaped", fileOf(`{"x":${x4},"\\u0078":${x4}}`, 4), "twice"],
    ["a shape twice", fileOf(`{"x":${x4.replace("{", '{"shape":[2],')}}`, 4), '"shape" twice'],
    ["an entry that is no object", fileOf('{"x":3}'), '"x" is not described'],
    ["an unknown type", fileOf(`{"x":${entry("[1]", "[0,4]", "F8_E4M3")}}`, 4), "F8_E4M3"],
    ["an inherited type", fileOf(`{"x":${entry("[1]", "[0,4]", "toString")}}`, 4), "toString"],
    ["no shape", fileOf('{"x":{"dtype":"F32","data_offsets":[0,4]}}', 4), "has no shape"],
    ["a negative size", fileOf(`{"x":${entry("[-1]", "[0,4]")}}`, 4), "impossible shape [-1]"],
    ["a fractional size", fileOf(`{"x":${entry("[0.5]", "[0,2]")}}`, 2), "impossible shape"],
    ["an overflow", fileOf(`{"x":${entry("[4294967296,4294967296]", "[0,0]")}}`), "impossible"],
    ["no offsets", fileOf('{"x":{"dtype":"F32","shape":[1]}}', 4), "no pair of data_offsets"],
    ["three offsets", fileOf(`{"x":${entry("[1]", "[0,4,8]")}}`, 8), "no pair of data_offsets"],
    ["offsets reversed", fileOf(`{"x":${entry("[1]", "[4,0]")}}`, 4), "takes -4 bytes, but F32"],
    ["a wrong size", fileOf(`{"x":${entry("[2]", "[0,4]")}}`, 4), "takes 4 bytes, but F32 of"],
    ["truncation", fileOf(`{"x":${x4}}`, 3), "ends 1 bytes beyond the end of the file"],
    ["an overlap", fileOf(`{"x":${x4},"y":${entry("[1]", "[2,6]")}}`, 6), "overlaps the tensor"],
    ["a gap", fileOf(`{"x":${x4},"y":${entry("[1]", "[8,12]")}}`, 12), "leaves a gap before it"],
    ["a gap at the start", fileOf(`{"x":${entry("[1]", "[4,8]")}}`, 8), "leaves a gap"],
    ["trailing bytes", fileOf(`{"x":${x4}}`, 7), "3 bytes belong to no tensor"],
  ])("%s is refused", (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes, "a.safetensors")).toThrow(RunError);
    expect(() => decodeSafetensors(bytes, "a.safetensors")).toThrow(message);
    expect(() => decodeSafetensors(bytes, "a.safetensors")).toThrow(
      /^a\.safetensors at byte \d+: /,
    );
  });

  test("says no more than a line about a shape of a million sizes", () => {
    const file = fileOf(`{"x":${entry(`[${"1,".repeat(1e6)}2]`, "[0,4]")}}`, 4);
    expect(() => decodeSafetensors(file)).toThrow(/^.{1,300}$/);
    const named = fileOf(`{"${"a".repeat(1e6)}\u009b":3}`);
    expect(() => decodeSafetensors(named)).toThrow(/^[\P{Cc}]{1,300}$/u);
  });

  test("reads 90 MB of blanks as what they are", () => {
    const file = fileOf(`{"x"${" ".repeat(9e7)}:${x4}}`, 4);
    expect(decodeSafetensors(file).tensors.get("x")?.shape).toEqual([1]);
  });

  test("refuses a boolean that is neither 0 nor 1", () => {
    const file = encodeSafetensors(one("BOOL", Uint8Array.of(0, 1)));
    file[file.length - 1] = 2;
    expect(() => decodeSafetensors(file)).toThrow("bytes other than 0 and 1");
  });

  test("survives a name of ten million escapes", () => {
    const file = fileOf(`{"${"\\n".repeat(1e7)}":3}`);
    expect(() => decodeSafetensors(file)).toThrow(RunError);
  });

  const file = bytesOf(fixture.file);

  test("refuses every truncation", () => {
    for (let length = 0; length < file.length; length++)
      expect(() => decodeSafetensors(file.subarray(0, length))).toThrow(RunError);
  });

  test("answers any corruption with a RunError or with well-formed tensors", () => {
    const headerEnd = 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
    const flips = fc.array(fc.record({ at: fc.nat(headerEnd), byte: fc.nat(255) }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(flips, (changes) => {
        const damaged = file.slice();
        for (const { at, byte } of changes) damaged[at] = byte;
        try {
          const decoded = decodeSafetensors(damaged);
          for (const { shape, data } of decoded.tensors.values())
            expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
          encodeSafetensors(decoded);
        } catch (error) {
          expect(error).toBeInstanceOf(RunError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
