import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import onnxProto, { type onnx } from "onnx-proto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decode } from "../src/core/capabilities/codes.js";
import { DataError } from "../src/core/index.js";
import { sha256 } from "../src/core/sha256.js";
import { arraySet, type ImageSet, readImages } from "../src/data/image-set.js";
import { loadDataset, writeNpy } from "../src/data/index.js";
import { defaultExtractor } from "../src/runs/default-extractor.js";
import { evaluate, openRun } from "../src/runs/index.js";
import { openExtractor, overParts } from "../src/runs/open-extractor.js";
import { lower } from "../src/runtime/onnx/lower.js";
import { input, mean, reshape, type Tensor } from "../src/tensor/index.js";

const device = { host: "inline", threads: 1 } as const;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-extractors-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function featuresOf(reference: string, set: ImageSet): Promise<number[]> {
  const through = await openExtractor(reference, set, device);
  try {
    const values: number[] = [];
    for await (const { batch } of overParts([set], through))
      values.push(...Array.from(batch.values));
    return values;
  } finally {
    await through.close();
  }
}

/** Writes an ONNX file with its JSON file beside it. */
async function saveNetwork(name: string, model: Uint8Array, preparation?: unknown) {
  const file = join(folder, `${name}.onnx`);
  await writeFile(file, model);
  if (preparation !== undefined) {
    const text = typeof preparation === "string" ? preparation : JSON.stringify(preparation);
    await writeFile(join(folder, `${name}.json`), text);
  }
  return file;
}

const reference = (name: string) =>
  JSON.parse(readFileSync(new URL(`../reference/${name}.json`, import.meta.url), "utf8"));

describe("an ONNX file", () => {
  const fixture = reference("extractors");
  const [count, channels, height, width]: number[] = fixture.shape;
  const bytes = Buffer.from(fixture.pixels, "base64");
  const place = { name: "noise", source: "noise", split: "test" };
  const images = arraySet(
    { ...place, channels, height, width, levels: 256 },
    new Uint8Array(bytes),
  );
  const model = Buffer.from(fixture.model, "base64");

  test.each(["triangle", "cubic"])(
    "describes images as PyTorch does what Pillow resized by a %s filter",
    async (filter) => {
      expect(count * channels * height * width).toBe(bytes.length);
      const file = await saveNetwork(filter, model, { ...fixture.preparation, filter });
      const found = await featuresOf(file, images);
      const expected: number[] = fixture.features[filter];
      const largest = Math.max(...expected.map(Math.abs));
      expect(found).toHaveLength(expected.length);
      found.forEach((value, at) => {
        expect(Math.abs(value - expected[at])).toBeLessThan(2e-6 * largest);
      });
    },
  );

  test("is named in the result, with its hash and how images were prepared", async () => {
    const file = await saveNetwork("named", model, {
      ...fixture.preparation,
      distance: "FD-noise",
    });
    const grey = await loadDataset("digits", { split: "test" });
    const through = await openExtractor(file, grey, device);
    await through.close();
    expect(through.extractor).toMatchObject({
      name: file,
      sha256: await sha256(Uint8Array.from(model)),
      length: 6,
      shape: { channels: 3, height: 9, width: 9 },
      description:
        '"features" of an ONNX file, after a triangle filter; images -1 to 1, less (0.1, -0.2, 0.3), over (0.5, 0.6, 0.7), BGR, NCHW',
    });
    const npy = join(folder, "digits.npy");
    await writeNpy(npy, (await readImages(grey)).pixelsUnit, [360, 1, 8, 8]);
    const [{ figures, protocol }] = await evaluate([npy], {
      ...device,
      real: "digits",
      extractor: file,
      metrics: ["fd", "prdc"],
    });
    expect(figures[0]).toMatchObject({ figure: "FD-noise", floor: expect.any(Number) });
    // The test digits are the real ones.
    expect(figures[0].value).toBeLessThan(1e-3 * (figures[0].floor ?? 0));
    expect(protocol).toMatchObject({
      extractor: file,
      resize: "8×8 to 9×9, triangle filter, antialiased, stretched, not rounded",
      features: `6 (${through.extractor.description})`,
    });
  });

  test("may fix the number of images, keep channels last, and give features as an image", async () => {
    const open = await saveNetwork("open", network(["B", 3, 8, 6], [1, 2]), { layout: "NHWC" });
    const fixed = await saveNetwork("fixed", network([4, 3, 8, 6], [1, 2]), {
      layout: "NHWC",
      channels: "grey",
    });
    const shape = { channels: 1, height: 3, width: 8 };
    const pixels = Float32Array.from({ length: 6 * 24 }, (_, at) => at / 144);
    const greys = arraySet({ ...place, ...shape }, pixels);
    await expect(featuresOf(open, greys)).rejects.toThrow(/\[B, 3, 8, 6\], not \[batch, 3, 8, 3\]/);
    await expect(featuresOf(fixed, greys)).rejects.toThrow(/not \[batch, 3, 8, 1\]/);
    const last = await saveNetwork("last", network([4, 3, 8, 1], [2]), {
      layout: "NHWC",
      channels: "grey",
    });
    const means = Array.from({ length: 6 * 3 }, (_, row) => (8 * row + 3.5) / 144);
    const found = await featuresOf(last, greys);
    expect(found).toHaveLength(18);
    found.forEach((value, at) => {
      expect(value).toBeCloseTo(means[at], 6);
    });
  });

  describe("is refused, with what to do, before any work begins, when", () => {
    const colour = arraySet(
      { ...place, channels: 3, height: 8, width: 8 },
      new Float32Array(30 * 192).fill(0.5),
    );
    const refuse = async (file: string, message: RegExp, set: ImageSet = colour) => {
      const attempt = openExtractor(file, set, device);
      await expect(attempt).rejects.toThrow(DataError);
      await expect(attempt).rejects.toThrow(message);
    };
    const good = network(["B", 3, 8, 8], [2, 3]);

    test("it is missing, empty, or something else", async () => {
      await refuse(join(folder, "nowhere.onnx"), /nowhere\.onnx: there is no such file/);
      await refuse(await saveNetwork("empty", new Uint8Array(), {}), /no ONNX model/);
      const text = new TextEncoder().encode("a text that is no protocol buffer");
      await refuse(await saveNetwork("text", text, {}), /no ONNX model/);
      await refuse(await saveNetwork("cut", model.subarray(0, 3000), {}), /no ONNX model/);
      await refuse(await saveNetwork("bent", bent(good), {}), /rejected the program/);
    });

    test("the JSON file is missing, malformed or says what there is not", async () => {
      await refuse(await saveNetwork("alone", good), /alone\.json: .*how images are prepared/);
      await refuse(await saveNetwork("malformed", good, "{"), /malformed\.json: it is no JSON/);
      await refuse(await saveNetwork("unknown", good, { sise: 8 }), /sise/);
      await refuse(await saveNetwork("zero", good, { sd: 0 }), /sd/);
      await refuse(await saveNetwork("two", good, { mean: [0, 0] }), /each of 3 channels/);
      await refuse(
        await saveNetwork("in", good, { input: "x" }),
        /no input "x"; there are "images"/,
      );
      await refuse(await saveNetwork("out", good, { output: "y" }), /no output "y"; .*"features"/);
      await refuse(await saveNetwork("more", good, { features: 5 }), /not 5 features an image/);
      await refuse(await saveNetwork("size", good, { size: 9 }), /not \[batch, 3, 9, 9\]/);
    });

    test("its input is not of images, or its output is not of features", async () => {
      const rank = network(["B", 192], [1]);
      await refuse(await saveNetwork("rank", rank, {}), /\[B, 192\], not images of four axes/);
      const all = network(["B", 3, 8, 8], [0, 1, 2]);
      await refuse(await saveNetwork("all", all, {}), /\[8\], not a row of features for each/);
      const lost = network(["B", 3, 8, 8], [0, 2, 3], [1, 3]);
      await refuse(await saveNetwork("lost", lost, {}), /\[1, 3\], not a row of features for each/);
      const twice = edited(
        good,
        ({ graph }) => void graph?.output?.push({ ...graph.output[0], name: "x" }),
      );
      await refuse(await saveNetwork("twice", twice, {}), /several outputs \("features", "x"\)/);
      const both = edited(
        good,
        ({ graph }) => void graph?.input?.push({ ...graph.input[0], name: "x" }),
      );
      await refuse(await saveNetwork("both", both, {}), /it has 2 inputs/);
      const whole = edited(good, ({ graph }) => {
        Object.assign(graph?.input?.[0].type?.tensorType ?? {}, { elemType: 2 });
      });
      await refuse(await saveNetwork("whole", whole, {}), /of type uint8, not float/);
    });

    test("the number of features is unknown or not as declared", async () => {
      const unknown = edited(good, ({ graph }) => {
        Object.assign(graph?.output?.[0].type?.tensorType?.shape?.dim?.[1] ?? {}, { dimValue: 0 });
      });
      await refuse(await saveNetwork("open-end", unknown, {}), /give it as "features"/);
      await refuse(
        await saveNetwork("wrong-end", unknown, { features: 4 }),
        /wrong-end\.onnx: .*run failed/,
      );
      expect(
        await featuresOf(await saveNetwork("end", unknown, { features: 3 }), colour),
      ).toHaveLength(90);
    });

    test("it keeps weights elsewhere, or gives no finite numbers", async () => {
      const apart = edited(good, ({ graph }) => {
        graph?.initializer?.push({
          name: "secret",
          dataType: 1,
          dims: [1],
          dataLocation: 1,
          externalData: [{ key: "location", value: "/etc/passwd" }],
        });
      });
      await refuse(await saveNetwork("apart", apart, {}), /"secret"\) in another file/);
      const infinite = await saveNetwork("infinite", good, { range: [3e38, 0], sd: 1e-6 });
      await refuse(infinite, /infinite\.onnx: feature 0 of an image is Infinity/);
    });

    test("images are in colour and it takes grey", async () => {
      const grey = network(["B", 1, 8, 8], [2, 3]);
      await refuse(await saveNetwork("grey", grey, { channels: "grey" }), /takes images of 1×8×8/);
    });
  });
});

/** A network that averages its input over some axes. */
function network(
  shape: readonly (number | string)[],
  axes: readonly number[],
  to?: readonly number[],
): Uint8Array {
  const averaged = mean(input("images", shape), axes);
  const features: Tensor = to === undefined ? averaged : reshape(averaged, to);
  return lower({ features }, { mode: "portable", graphName: "network" }).model;
}

function edited(model: Uint8Array, change: (model: onnx.IModelProto) => void): Uint8Array {
  const { ModelProto } = onnxProto.onnx;
  const decoded = ModelProto.decode(model);
  change(decoded);
  return ModelProto.encode(decoded).finish();
}

/** With an operator that there is not. */
const bent = (model: Uint8Array) =>
  edited(model, ({ graph }) => void Object.assign(graph?.node?.[0] ?? {}, { opType: "Nonsense" }));

describe("the default extractor", () => {
  const like = (source: string, channels: number, side: number): ImageSet =>
    arraySet(
      { name: source, source, split: "test", channels, height: side, width: side },
      new Float32Array(channels * side * side),
    );

  test("is the zoo's classifier of the same data, whatever its size or options", async () => {
    for (const [source, channels, side, name] of [
      ["mnist", 1, 28, "zoo:classifier-mnist"],
      ["fashion-mnist", 1, 28, "zoo:classifier-fashion"],
      ["mnist", 1, 14, "zoo:classifier-mnist"],
      ["scenes", 3, 32, "zoo:classifier-scenes"],
      ["scenes:seed=3", 3, 32, "zoo:classifier-scenes"],
    ] as const) {
      expect(await defaultExtractor(like(source, channels, side))).toEqual({
        reference: name,
        warnings: [],
      });
    }
  });

  test("is the only classifier of such images, with a warning that it was trained on others", async () => {
    const { reference: name, warnings } = await defaultExtractor(like("shapes", 3, 32));
    expect(name).toBe("zoo:classifier-scenes");
    expect(warnings.join()).toMatch(/trained on others \(scenes\)/);
  });

  test("is random where pixels are too many for a covariance, with a warning", async () => {
    const { reference: name, warnings } = await defaultExtractor(like("avatars", 3, 64));
    expect(name).toBe("random");
    expect(warnings.join()).toMatch(/a network with random weights.*--extractor/);
    expect((await defaultExtractor(like("/some/folder", 1, 64))).reference).toBe("pixels");
    expect((await defaultExtractor(like("/some/folder", 1, 65))).reference).toBe("random");
  });

  test("is pixels for other images, with a warning that names what would suit", async () => {
    const { reference: name, warnings } = await defaultExtractor(like("/some/folder", 1, 28));
    expect(name).toBe("pixels");
    expect(warnings.join()).toMatch(/zoo:classifier-fashion or zoo:classifier-mnist/);
    expect((await defaultExtractor(like("digits", 1, 8))).reference).toBe("pixels");
  });
});

describe("samples through torch-fidelity's ONNX generator", () => {
  const fixture = reference("evaluate");
  const COUNT: number = fixture.count;

  test("are judged as figment evaluate judges them with the same features", async () => {
    const noise = Buffer.from(fixture.noise, "base64");
    const values = new Float32Array(Uint8Array.from(noise).buffer);
    const run = await openRun("zoo:vae-mnist", device);
    const codes = { count: COUNT, length: values.length / COUNT, values };
    const { pixelsUnit } = await decode(run.model, codes);
    await run.close();
    // torch-fidelity splits for the Inception Score into runs of images, Figment into every tenth.
    const ordered = new Float32Array(pixelsUnit.length);
    for (let at = 0; at < COUNT; at++) {
      const place = (at % (COUNT / 10)) * 10 + Math.floor(at / (COUNT / 10));
      ordered.set(pixelsUnit.subarray(at * 784, (at + 1) * 784), place * 784);
    }
    const fakes = join(folder, "fakes.npy");
    await writeNpy(fakes, ordered, [COUNT, 1, 28, 28]);
    const bits = Buffer.from(reference("zoo").bits, "base64");
    const digits = Float32Array.from(
      { length: COUNT * 784 },
      (_, at) => (bits[at >> 3] >> (at & 7)) & 1,
    );
    const real = join(folder, "real.npy");
    await writeNpy(real, digits, [COUNT, 1, 28, 28]);
    const options = { real, split: "all", extractor: "zoo:classifier-mnist" } as const;
    const metrics = ["fd", "prdc", "is"];
    const [{ figures }] = await evaluate([fakes], { ...device, ...options, metrics });
    const figure = (name: string) => figures.find((found) => found.figure === name);
    const {
      frechet_inception_distance: distance,
      inception_score_mean: score,
      inception_score_std: spread,
      precision,
      recall,
    } = fixture.metrics;
    // Either ONNX Runtime rounds a grey now and then to the level beside it.
    const error = (name: string, expected: number) =>
      Math.abs((figure(name)?.value ?? 0) / expected - 1);
    expect(error("Fréchet distance", distance)).toBeLessThan(2e-5);
    expect(error("Inception Score", score)).toBeLessThan(2e-5);
    expect(figure("Inception Score")?.spread).toBeCloseTo(spread, 4);
    expect(figure("precision")?.value).toBeCloseTo(precision, 6);
    expect(figure("recall")?.value).toBeCloseTo(recall, 6);
  });
});
