import { deepStrictEqual, ok } from "node:assert";
import { type AnnotationValues, gatherAnnotations } from "../../src/core/annotations.js";
import { consecutive } from "../../src/core/capabilities/batches.js";
import { conditionFor } from "../../src/core/capabilities/condition.js";
import { needsNoiseLevel } from "../../src/core/capabilities/denoise.js";
import {
  capabilityGraphs,
  cutPatches,
  decodeSafetensors,
  decodeWeights,
  encodeWeights,
  exportModel,
  type LoadedModel,
} from "../../src/core/index.js";
import { batchInputs } from "../../src/core/state.js";
import { type ImageSet, readImages } from "../../src/data/index.js";
import {
  codesFor,
  conditionFrom,
  located,
  noiseIn,
  runs,
  SIGMA,
  tokensFor,
  translated,
} from "./asking.js";
import { runOnnx } from "./run-onnx.js";
import { type Checks, firstOf, requireClose, withModel } from "./subject.js";

/** What a model promises of the files that it leaves as. */
export const exportChecks: Checks = {
  "save and load: weights, and nothing that serves training alone, survive a safetensors file":
    async (subject) => {
      await withModel(subject, async (model) => {
        const bytes = await encodeWeights(model);
        const { tensors, model: id, config, data } = decodeWeights(bytes);
        const values = new Map([...tensors].map(([name, tensor]) => [name, tensor.data]));
        deepStrictEqual(values, await model.state.read());
        deepStrictEqual({ id, config, data }, described(model));
        for (const name of decodeSafetensors(bytes, "memory").tensors.keys()) {
          ok(/^(parameters|buffers)\./.test(name), `the file holds ${name}`);
        }
      });
    },

  "export: the ONNX files agree with the library at other batch sizes": async (subject) => {
    await withModel(subject, async (model) => {
      const files = await exportModel(model, { name: "checked", facts: {}, scores: [] });
      const graphs = capabilityGraphs(model.model.capabilities, batchInputs(model.data));
      const written = [...files.keys()].filter((file) => file.endsWith(".onnx"));
      deepStrictEqual(written.sort(), graphs.map(({ name }) => `${name}.onnx`).sort());
      const known = files.get("annotations.json");
      const { conditionedOn = [] } = model.model;
      deepStrictEqual(
        known === undefined ? {} : JSON.parse(new TextDecoder().decode(known)),
        Object.fromEntries(conditionedOn.map((name) => [name, model.data.annotations[name]])),
        "annotations.json does not say what the inputs number",
      );
      const noise = noiseIn(model);
      const translators = graphs.flatMap(({ name, capability }) =>
        capability === "translate" ? [`${name}.onnx`] : [],
      );
      for (const { name: graph, capability } of graphs) {
        // What one step of a driven sampler computes has no counterpart in the library.
        if (capability === "sample" && typeof model.model.capabilities.sample === "object")
          continue;
        const file = `${graph}.onnx`;
        const bytes = files.get(file) as Uint8Array;
        for (const count of [1, 3]) {
          const source = firstOf(subject.images, count);
          const expected =
            capability === "translate"
              ? await translated(model, source, count, translators.indexOf(file))
              : graph === "locator"
                ? await located(model, source, count)
                : await runs(model, subject.images, count)[capability]?.(count);
          ok(expected !== undefined, `${file} has no counterpart`);
          const { pixelsUnit } = await readImages(source);
          const cut = capability === "assemble" ? await cutPatches(model, source) : undefined;
          const shown = capability === "sample" ? drawnOf(model, source) : carriedBy(source);
          const output = await runOnnx(bytes, {
            count,
            seed: 0,
            feeds: {
              pixelsUnit,
              codes: codesFor(model, source).values,
              tokens: tokensFor(model, count).values,
              ...noisyFeeds(pixelsUnit, count),
              ...(cut && { patches: cut.values, places: cut.places }),
              ...shown,
            },
            noise: noise.get(capability) ?? new Map(),
          });
          const atLevel = capability === "denoise" && needsNoiseLevel(model);
          const found = atLevel ? output.map(toUnit) : output;
          requireClose(found, expected, 1e-5, `${file} with a batch of ${count}`);
        }
      }
    });
  },
};

const described = ({ definition, config, data }: LoadedModel) => ({
  id: definition.id,
  config,
  data,
});

/** What images are drawn of by default. */
const drawnOf = (model: LoadedModel, images: ImageSet): AnnotationValues =>
  conditionFor(model, images.count, conditionFrom(model, images));

/** The images at the scale of a denoiser that is told its level: signed, and of variance 1 at most. */
function noisyFeeds(pixelsUnit: Float32Array, count: number) {
  const sigma = 2 * SIGMA;
  return {
    noisy: pixelsUnit.map((pixel) => (2 * pixel - 1) / Math.hypot(1, sigma)),
    sigma: new Float32Array(count).fill(sigma),
  };
}

const toUnit = (signed: number): number => Math.min(1, Math.max(0, (signed + 1) / 2));

const carriedBy = ({ annotations = {}, count }: ImageSet): AnnotationValues =>
  gatherAnnotations(annotations, consecutive(0, count));
