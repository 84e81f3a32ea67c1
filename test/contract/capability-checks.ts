import { deepStrictEqual, notDeepStrictEqual, ok, rejects, strictEqual } from "node:assert";
import {
  assemble,
  ConfigError,
  classify,
  complete,
  cutPatches,
  DataError,
  decode,
  describeConfig,
  detokenise,
  drawWhole,
  type LoadedModel,
  preview,
  reconstruct,
  type Settings,
  sample,
  score,
  shuffledPatches,
  tokenise,
  validate,
} from "../../src/core/index.js";
import { densityFor } from "../../src/core/model.js";
import { readImages } from "../../src/data/index.js";
import { codesFor, conditionFrom, noiseIn, runs, upperHalf } from "./asking.js";
import { type Checks, firstOf, requireClose, withModel } from "./subject.js";

/** What a model promises of what it can be asked. */
export const capabilityChecks: Checks = {
  "batches: a result does not depend on how items are batched": async (subject) => {
    await withModel(subject, async (model) => {
      for (const [name, run] of Object.entries(runs(model, subject.images))) {
        const [together, apart] = [await run(7), await run(2)];
        requireClose(apart, together, 1e-5, name);
      }
    });
  },

  "images: of the data's shape and in [0, 1]": async (subject) => {
    await withModel(subject, async (model) => {
      const asked = runs(model, subject.images);
      for (const name of [
        "sample",
        "decode",
        "reconstruct",
        "denoise",
        "complete",
        "detokenise",
        "translate",
        "assemble",
      ] as const) {
        const pixelsUnit = await asked[name]?.(7);
        if (pixelsUnit !== undefined) requireImages(pixelsUnit, 7, model, name);
      }
    });
  },

  "noise: images are drawn from it alone, and at temperature 0 they are one mode": async (
    subject,
  ) => {
    await withModel(subject, async (model) => {
      const { capabilities } = model.model;
      for (const [capability, noise] of noiseIn(model)) {
        if (["sample", "score", "prior", "assemble"].includes(capability)) continue;
        deepStrictEqual([...noise.keys()], [], `${capability} draws noise`);
      }
      const source = firstOf(subject.images, 3);
      const [first, other] = [1, 2];
      if (capabilities.reconstruct !== undefined) {
        const rebuilt = (seed: number) => reconstruct(model, source, { seed });
        deepStrictEqual(await rebuilt(other), await rebuilt(first), "reconstruct draws noise");
      }
      if (capabilities.decode !== undefined) {
        const decoded = (seed: number) => decode(model, codesFor(model, source), { seed });
        deepStrictEqual(await decoded(other), await decoded(first), "decode draws noise");
      }
      if (capabilities.assemble !== undefined) {
        const cut = await cutPatches(model, source);
        const drawn = (seed: number) => assemble(model, cut, { seed, temperature: 0 });
        deepStrictEqual(await drawn(other), await drawn(first), "assemble draws at temperature 0");
      }
      if (capabilities.sample !== undefined) {
        const condition = conditionFrom(model, source);
        const drawn = (seed: number) =>
          sample(model, { count: 3, seed, temperature: 0, draw: true, condition });
        deepStrictEqual(
          await drawn(other),
          await drawn(first),
          "two seeds give different samples at temperature 0",
        );
      }
    });
  },

  "completion: what is given stays exactly as it is, and the seed decides the rest": async (
    subject,
  ) => {
    await withModel(subject, async (model) => {
      if (model.model.capabilities.complete === undefined) return;
      const known = upperHalf(model);
      const source = firstOf(subject.images, 3);
      const originals = await readImages(source);
      const [first, again, other] = [
        await complete(model, source, { known, seed: 1 }),
        await complete(model, source, { known, seed: 1 }),
        await complete(model, source, { known, seed: 2 }),
      ];
      for (const [at, pixel] of first.pixelsUnit.entries()) {
        if (known[at % known.length] === 0) continue;
        strictEqual(pixel, originals.pixelsUnit[at], `the given pixel ${at} was changed`);
      }
      deepStrictEqual(again, first, "two completions of one seed differ");
      notDeepStrictEqual(other, first, "two seeds give the same completion");
    });
  },

  "patches: their order says nothing, and the seed decides what is drawn": async (subject) => {
    await withModel(subject, async (model) => {
      if (model.model.capabilities.assemble === undefined) return;
      const source = firstOf(subject.images, 5);
      const cut = await cutPatches(model, source);
      const shuffled = shuffledPatches(model, cut, 3);
      notDeepStrictEqual(shuffled.values, cut.values, "the patches were not shuffled");
      const wholes = await Promise.all(
        [cut, shuffled].map((patches) => drawWhole(model, patches, patches.places)),
      );
      requireClose(wholes[1].pixelsUnit, wholes[0].pixelsUnit, 1e-5, "patches in another order");
      const drawn = (seed: number) => assemble(model, cut, { seed });
      deepStrictEqual(await drawn(1), await drawn(1), "two assemblies of one seed differ");
      notDeepStrictEqual(await drawn(2), await drawn(1), "two seeds give the same assembly");
      const places = cut.places.map((place, at) => (at === 0 ? -1 : place));
      await rejects(drawWhole(model, cut, places), DataError, "-1 is no place");
    });
  },

  "tokens: codes of the vocabulary, from which an image is reconstructed": async (subject) => {
    await withModel(subject, async (model) => {
      const { tokenise: able, detokenise: back } = model.model.capabilities;
      if (able === undefined) return;
      const source = firstOf(subject.images, 5);
      const tokens = await tokenise(model, source);
      strictEqual(tokens.values.length, 5 * able.grid[0] * able.grid[1], "the number of tokens");
      ok(
        tokens.values.every((token) => token >= 0 && token < able.codes),
        "a token is no code",
      );
      if (back === undefined) return;
      const rebuilt = await detokenise(model, tokens);
      if (model.model.capabilities.reconstruct !== undefined) {
        const { pixelsUnit } = await reconstruct(model, source);
        requireClose(rebuilt.pixelsUnit, pixelsUnit, 1e-5, "images of the tokens");
      }
      for (const token of [back.codes, -1]) {
        const values = tokens.values.map((value, at) => (at === 0 ? token : value));
        await rejects(detokenise(model, { ...tokens, values }), DataError, `${token} is no code`);
      }
    });
  },

  "scores: of the declared kind, finite, in nats with bits/dim, with a protocol": async (
    subject,
  ) => {
    const { definition } = subject;
    await withModel(subject, async (model) => {
      const capability = model.model.capabilities.score;
      strictEqual(
        capability?.kind(capability.defaultSamples ?? 1) ?? "none",
        densityFor(definition, model.data, model.config),
        "the declared density",
      );
      if (capability === undefined) return;
      const result = await score(model, firstOf(subject.images, 7));
      strictEqual(result.kind, densityFor(definition, model.data, model.config));
      ok(result.perImage.every(Number.isFinite), "a score is not finite");
      const { channels, height, width } = model.data;
      const bits = result.value / Math.LN2 / (channels * height * width);
      const rate = capability.tokens === undefined ? bits : result.value / capability.tokens;
      ok(Math.abs(rate - result.rate.value) < 1e-9, `wrong ${result.rate.unit}`);
      ok(String(result.protocol.estimator).length > 0, "the protocol does not name the estimator");
    });
  },

  "probabilities: of the classes of each image add up to 1": async (subject) => {
    await withModel(subject, async (model) => {
      if (model.model.capabilities.classify === undefined) return;
      const { probs, names } = await classify(model, firstOf(subject.images, 7));
      for (let image = 0; image < 7; image++) {
        const row = probs.subarray(image * names.length, (image + 1) * names.length);
        ok(
          row.every((value) => value >= 0),
          "a probability is negative or no number",
        );
        const total = row.reduce((sum, value) => sum + value, 0);
        ok(Math.abs(total - 1) < 1e-5, `the probabilities of an image add up to ${total}`);
      }
    });
  },

  "validation: a finite number of each image, whatever its batch": async (subject) => {
    await withModel(subject, async (model) => {
      if (model.model.validate === undefined) return;
      const source = firstOf(subject.images, 7);
      const [together, apart] = [
        await validate(model, source, { batchSize: 7 }),
        await validate(model, source, { batchSize: 2 }),
      ];
      ok(Number.isFinite(together), `the validation is ${together}`);
      requireClose([apart], [together], 1e-5, model.model.validate.metric);
    });
  },

  "preview: a row of pictures for each image, whatever its batch": async (subject) => {
    await withModel(subject, async (model) => {
      if (model.model.preview === undefined) return;
      const source = firstOf(subject.images, 5);
      const [together, apart] = [
        await preview(model, source, { batchSize: 5 }),
        await preview(model, source, { batchSize: 2 }),
      ];
      const { images, columns } = together;
      ok(Number.isInteger(columns) && columns >= 1, `a row has ${columns} pictures`);
      requireImages(images.pixelsUnit, 5 * columns, model, "the preview");
      requireClose(apart.images.pixelsUnit, images.pixelsUnit, 1e-5, "the preview");
    });
  },

  "settings: have defaults and descriptions, and others are refused": async (subject) => {
    await withModel(subject, async (model) => {
      const { sample: sampler, score: scorer, reconstruct: rebuild } = model.model.capabilities;
      const some = firstOf(subject.images, 1);
      const condition = conditionFrom(model, some);
      const settled = {
        sample: sampler && {
          schema: typeof sampler === "function" ? undefined : sampler.options,
          ask: (options: Settings) => sample(model, { count: 1, condition, options }),
        },
        score: scorer && {
          schema: scorer.options,
          ask: (options: Settings) => score(model, some, { options }),
        },
        reconstruct: typeof rebuild === "object" && {
          schema: rebuild.options,
          ask: (options: Settings) => reconstruct(model, some, { options }),
        },
      };
      for (const [name, capability] of Object.entries(settled)) {
        if (!capability) continue;
        const { schema, ask } = capability;
        await rejects(ask({ noSuchSetting: 1 }), ConfigError, `${name} takes an unknown setting`);
        if (schema === undefined) continue;
        for (const { key, description } of describeConfig(schema)) {
          ok(description.length > 0, `the ${key} of ${name} has no description`);
        }
        const given = schema.parse({}) as Settings;
        deepStrictEqual(await ask(given), await ask({}), `${name}: the defaults are others`);
      }
    });
  },
};

function requireImages(
  pixelsUnit: ArrayLike<number>,
  count: number,
  { data: { channels, height, width } }: LoadedModel,
  what: string,
): void {
  strictEqual(pixelsUnit.length, count * channels * height * width, `${what}: pixels`);
  ok(
    Array.from(pixelsUnit).every((value) => value >= 0 && value <= 1),
    `${what}: a pixel is outside [0, 1]`,
  );
}
