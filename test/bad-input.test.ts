import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Annotations } from "../src/core/annotations.js";
import {
  ConfigError,
  captionAnnotation,
  DataError,
  type Model,
  type ModelDefinition,
  RunError,
  sample,
  score,
} from "../src/core/index.js";
import { arraySet, type ImageSet } from "../src/data/index.js";
import { findModel as findRegistered } from "../src/models/index.js";
import { openRun, resumeTraining, type TrainRunOptions, trainRun } from "../src/runs/index.js";
import { toyAnnotated } from "./contract/toy-annotated.testing.js";
import { toyGan } from "./contract/toy-gan.testing.js";
import { toyPrior, toyProbe } from "./contract/toy-parts.testing.js";
import { toyPhases } from "./contract/toy-phases.testing.js";

/*
 * What cannot be trained or asked is refused with one message that says what to do, before any work, and
 * nothing is left behind or lost.
 */

const options = { host: "inline", threads: 1 } as const;
const toys = [toyAnnotated, toyGan, toyPhases, toyPrior, toyProbe];
const findModel = (id: string) => toys.find((toy) => toy.id === id) ?? findRegistered(id);
const training = { steps: 4, batchSize: 4 };

let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-bad-input-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const COUNT = 20;

/** Binary images, with what is known of them. */
function images(annotations: Annotations = {}, { height = 4, width = 4 } = {}): ImageSet {
  const info = { name: "squares", source: "memory", split: "all", channels: 1, levels: 2 };
  const pixels = Float32Array.from({ length: COUNT * height * width }, (_, pixel) =>
    Number(Math.sin(pixel ** 1.5) > 0),
  );
  return arraySet({ ...info, height, width, annotations }, pixels);
}

const captioned = (...texts: string[]): ImageSet =>
  images({
    caption: captionAnnotation(Array.from({ length: COUNT }, (_, at) => texts[at % texts.length])),
  });

const labelled = (...names: string[]): ImageSet =>
  images({
    class: { names, values: Int32Array.from({ length: COUNT }, (_, at) => at % names.length) },
  });

const attributed = (...names: string[]): ImageSet =>
  images({ attributes: { names, values: new Float32Array(COUNT * names.length).fill(1) } });

/** A sound toy with some of what it builds replaced. */
const changed = (toy: ModelDefinition, change: (model: Model) => Partial<Model>) => ({
  ...toy,
  build: (...given: Parameters<ModelDefinition["build"]>) => {
    const model = toy.build(...given);
    return { ...model, ...change(model) };
  },
});

const begin = (request: Partial<TrainRunOptions> & Pick<TrainRunOptions, "model">) =>
  trainRun({ ...options, findModel, training, data: images(), out: at("refused"), ...request });

describe("a training is refused before it has a directory", () => {
  const trains = (scopes: string[]) =>
    changed(toyGan, ({ steps: [first, ...others] }) => ({
      steps: [{ ...first, trains: scopes }, ...others],
    }));
  const steps = (change: object) =>
    changed(toyGan, ({ steps: [first, ...others] }) => ({
      steps: [{ ...first, ...change }, ...others],
    }));
  const shares = (...given: number[]) =>
    changed(toyPhases, ({ phases = [] }) => ({
      phases: phases.map((phase, number) => ({ ...phase, share: given[number] })),
    }));

  beforeAll(async () => {
    await begin({ model: "vae", config: { hidden: [4], latent: 2 }, out: at("vae") });
    await begin({ model: "independent", training: { epochs: 1 }, out: at("independent") });
    await begin({
      model: "vae",
      config: { hidden: [4], latent: 2 },
      data: images({}, { height: 4, width: 5 }),
      out: at("wide"),
    });
  });

  const classes = () => labelled("cat", "dog");

  test.each<[string, () => Parameters<typeof begin>[0], new (...given: never[]) => Error, RegExp]>([
    [
      "a step that trains no scope",
      () => ({ model: trains([]) }),
      ConfigError,
      /the step "critic" trains no scope/,
    ],
    [
      "a step that trains an unknown scope",
      () => ({ model: trains(["trunk", "critics"]) }),
      ConfigError,
      /the step "critic" trains the scope "critics", which has no parameters/,
    ],
    [
      "a step that takes no whole number of batches",
      () => ({ model: steps({ every: 1.5 }) }),
      ConfigError,
      /the step "critic" cannot take every 1.5 batches/,
    ],
    [
      "two steps of one name",
      () => ({ model: steps({ name: "generator" }) }),
      ConfigError,
      /two steps .* called "generator"/,
    ],
    [
      "a setting of another update rule",
      () => ({ model: steps({ optimizer: { momentum: 0.5 } }) }),
      ConfigError,
      /adam has betas in place of a momentum/,
    ],
    [
      "neither steps nor a fit",
      () => ({ model: changed(toyGan, () => ({ steps: [] })) }),
      ConfigError,
      /neither steps nor a fit/,
    ],
    [
      "phases whose shares do not add up",
      () => ({ model: shares(0.5, 0.6) }),
      ConfigError,
      /coarse: 0.5, fine: 0.6.*add up to 1; they add up to 1.1/,
    ],
    [
      "a phase without a share",
      () => ({ model: shares(0, 1) }),
      ConfigError,
      /must each be above 0/,
    ],
    [
      "a phase without steps",
      () => ({
        model: changed(toyPhases, ({ phases = [] }) => ({
          phases: phases.map((phase, number) => (number === 1 ? { ...phase, steps: [] } : phase)),
        })),
      }),
      ConfigError,
      /the phase "fine" has no steps/,
    ],
    [
      "one name for steps of different rules",
      () => ({
        model: changed(toyPhases, ({ phases: [first, second] = [] }) => ({
          phases: [
            first,
            { ...second, steps: [{ ...second.steps[0], optimizer: { optimizer: "sgd" } }] },
          ],
        })),
      }),
      ConfigError,
      /the steps called "coarse" share their moments/,
    ],
    [
      "phases without a length",
      () => ({ model: "toy-phases", training: { minutes: 1, batchSize: 4 } }),
      ConfigError,
      /phases must know its length: give epochs or steps/,
    ],
    [
      "a loss that follows progress without a length",
      () => ({ model: "toy-gan", training: { minutes: 1, batchSize: 4 } }),
      ConfigError,
      /must know its length: give epochs or steps/,
    ],
    [
      "fewer steps than phases",
      () => ({ model: "toy-phases", training: { steps: 1, batchSize: 4 } }),
      ConfigError,
      /too few steps \(1\): the share 0.5 of the phase "fine" is less than one step/,
    ],
    [
      "a part that is not given",
      () => ({ model: "toy-prior" }),
      ConfigError,
      /toy-prior needs a part "autoencoder": a run that encodes and decodes images/,
    ],
    [
      "a part that the model does not take",
      () => ({ model: "toy-prior", parts: { autoencodr: at("vae") } }),
      ConfigError,
      /toy-prior has no part "autoencodr"; did you mean "autoencoder"/,
    ],
    [
      "a part of a model that takes none",
      () => ({ model: "vae", parts: { encoder: at("vae") } }),
      ConfigError,
      /vae has no part "encoder"; it takes no parts/,
    ],
    [
      "a part that cannot do what is needed",
      () => ({ model: "toy-prior", parts: { autoencoder: at("independent") } }),
      ConfigError,
      /the part "autoencoder" of toy-prior needs the capability "encode", which independent does not have/,
    ],
    [
      "a part for images of another shape",
      () => ({ model: "toy-prior", parts: { autoencoder: at("wide") } }),
      ConfigError,
      /the part "autoencoder" reads images of 1×4×5, but toy-prior reads 1×4×4/,
    ],
    [
      "a part that is no run",
      () => ({ model: "toy-prior", parts: { autoencoder: at("nowhere") } }),
      RunError,
      /nowhere/,
    ],
    [
      "images without the annotation that the model reads",
      () => ({ model: "toy-annotated", config: { reads: "caption" }, data: classes() }),
      ConfigError,
      /needs images with a caption/,
    ],
    [
      "a seed below 0",
      () => ({ model: "vae", seed: -1, validation: 0 }),
      ConfigError,
      /the seed must be a whole number ≥ 0, not -1/,
    ],
    [
      "a negative share for validation",
      () => ({ model: "vae", validation: -0.1 }),
      ConfigError,
      /at validation.fraction/,
    ],
    [
      "a share for validation that is no number",
      () => ({ model: "vae", validation: Number.NaN }),
      ConfigError,
      /at validation.fraction/,
    ],
  ])("%s", async (_, request, kind, message) => {
    const failure = await begin(request()).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(kind);
    expect((failure as Error).message).toMatch(message);
    expect(existsSync(at("refused"))).toBe(false);
  });

  test("and a run that it was to replace is still there", async () => {
    const record = await readFile(join(at("vae"), "run.json"));
    const replacing = { model: trains(["critics"]), out: at("vae"), overwrite: true };
    await expect(begin(replacing)).rejects.toThrow(ConfigError);
    expect(await readFile(join(at("vae"), "run.json"))).toEqual(record);
  });
});

describe("data that cannot be read is refused before a run has a directory", () => {
  /** A folder of pictures, `0.png` and so on, with other files beside them. */
  async function folderOf(
    { count, side }: { readonly count: number; readonly side: number },
    files: Readonly<Record<string, Uint8Array | string>> = {},
  ) {
    const path = await mkdtemp(join(folder, "data-"));
    const grey = { width: side, height: side, channels: 3, background: "#888" } as const;
    for (let picture = 0; picture < count; picture++) {
      await sharp({ create: grey }).toFile(join(path, `${picture}.png`));
    }
    for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
    return path;
  }
  const captions = (...lines: string[]) =>
    folderOf(
      { count: 2, side: 4 },
      { "captions.csv": Buffer.from(["file,caption", ...lines].join("\n"), "latin1") },
    );

  test.each<[string, () => Promise<string>, RegExp]>([
    [
      "a union of sets of different shapes",
      async () =>
        `${await folderOf({ count: 20, side: 4 })},${await folderOf({ count: 20, side: 5 })}`,
      /--size/,
    ],
    [
      "a captions file with a missing image",
      () => captions("0.png,one", "1.png,two", "2.png,three"),
      /there is no image "2.png" in this folder/,
    ],
    [
      "a captions file with a duplicate",
      () => captions("0.png,one", "1.png,two", "0.png,three"),
      /"0.png" is already listed in line 2/,
    ],
    [
      "a captions file that is no UTF-8",
      () => captions("0.png,one", "1.png,caf\xe9"),
      /captions\.csv.*3.*not valid UTF-8/,
    ],
  ])("%s", async (_, data, message) => {
    const request = { model: "vae", data: await data(), load: { channels: 1 } } as const;
    await expect(begin(request)).rejects.toThrow(message);
    expect(existsSync(at("refused"))).toBe(false);
  });
});

describe("images that a run does not know are refused, and the run stays as it was", () => {
  const cases: readonly {
    readonly reads: string;
    readonly known: () => ImageSet;
    readonly other: () => ImageSet;
    readonly message: RegExp;
  }[] = [
    {
      reads: "class",
      known: () => labelled("cat", "dog"),
      other: () => labelled("cat", "dgo"),
      message: /does not know the class "dgo"; did you mean "dog"/,
    },
    {
      reads: "attributes",
      known: () => attributed("red", "large"),
      other: () => attributed("red", "larg"),
      message: /does not know the attribute "larg"; did you mean "large"/,
    },
    {
      reads: "caption",
      known: () => captioned("a cat", "a dog"),
      other: () => captioned("a cat", "a dgo"),
      message: /does not know the word "dgo"; did you mean "dog"/,
    },
    {
      reads: "caption",
      known: () => captioned("a cat", "a dog"),
      other: () => captioned("a cat", "a cat a dog"),
      message: /the caption of image 1 is longer than the 2 words/,
    },
    {
      reads: "caption",
      known: () => captioned("a cat", "a dog"),
      other: () => labelled("cat"),
      message: /reads the caption of each image, but the images have none/,
    },
  ];

  test.each(cases)("$reads: $message", async ({ reads, known, other, message }) => {
    const out = await mkdtemp(join(folder, "run-"));
    await rm(out, { recursive: true });
    await begin({ model: "toy-annotated", config: { reads }, data: known(), out });
    const record = await readFile(join(out, "run.json"));
    const resumed = resumeTraining(out, {
      ...options,
      findModel,
      images: other(),
      training: { steps: 8 },
    });
    await expect(resumed).rejects.toThrow(message);
    await expect(resumed).rejects.toThrow(DataError);
    expect(await readFile(join(out, "run.json"))).toEqual(record);

    const run = await openRun(out, { ...options, findModel });
    await expect(score(run.model, other())).rejects.toThrow(message);
    await run.close();
  });
});

describe("what a run does not know is not drawn", () => {
  test.each([
    [
      "class",
      () => labelled("cat", "dog"),
      { class: ["dgo"] },
      /no class "dgo"; did you mean "dog"/,
    ],
    [
      "attributes",
      () => attributed("red", "large"),
      { attributes: [{ larg: 1 }] },
      /no attribute "larg"; did you mean "large"/,
    ],
    [
      "attributes",
      () => attributed("red", "large"),
      { attributes: [{ large: 2 }] },
      /"large" takes a value in \[0, 1\], not 2/,
    ],
    [
      "caption",
      () => captioned("a cat", "a dog"),
      { caption: ["a dgo"] },
      /"dgo" \(nearest: "dog"/,
    ],
    [
      "caption",
      () => captioned("a cat", "a dog"),
      { caption: ["a cat a dog"] },
      /the caption has 4 words.*at most 2 fit/,
    ],
    ["caption", () => captioned("a cat", "a dog"), {}, /give one or more/],
  ])("%s: %s", async (reads, data, condition, message) => {
    const out = await mkdtemp(join(folder, "drawn-"));
    await rm(out, { recursive: true });
    await begin({ model: "toy-annotated", config: { reads }, data: data(), out });
    const run = await openRun(out, { ...options, findModel });
    const drawn = sample(run.model, { count: 2, condition });
    await expect(drawn).rejects.toThrow(ConfigError);
    await expect(drawn).rejects.toThrow(message);
    await run.close();
  });
});
