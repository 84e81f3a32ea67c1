import { trace } from "../nn/scope.js";
import { lower } from "../runtime/onnx/lower.js";
import { optimise } from "../runtime/optimise/index.js";
import { inputsOf } from "../runtime/program.js";
import type { AnnotationTraits } from "./annotations.js";
import { hostOf } from "./capabilities/batches.js";
import { capabilityGraphs } from "./capabilities/table.js";
import type { LoadedModel, WorkOptions } from "./loaded-model.js";
import { type ExportedGraph, type ExportOptions, modelCard } from "./model-card.js";
import { batchInputs } from "./state.js";
import { encodeWeights } from "./weights.js";

const ANNOTATIONS = "annotations.json";

/** What the numbers of the annotations that a model reads mean, such as the words of captions. */
function knownAnnotations({ model, data }: LoadedModel): AnnotationTraits {
  const { conditionedOn = [] } = model;
  return Object.fromEntries(conditionedOn.map((name) => [name, data.annotations[name]]));
}

/**
 * Exports a model as files that work without Figment: ONNX graphs of standard operators with their
 * weights and a dynamic batch dimension `B`, the weights as safetensors, and a model card.
 *
 * Each capability that one program computes has a graph: `encoder` (pixelsUnit → codes), `decoder`
 * (codes → pixelsUnit), `sampler` (noise → pixelsUnit), `scorer` (pixelsUnit and noise → nllNats),
 * `classifier` and `clusterer` (pixelsUnit → probs), `translator` (pixelsUnit → translated),
 * `locator` (patches → logProbs of places and mask), `assembler` (patches, places and noise → pixelsUnit),
 * `tokeniser` (pixelsUnit → tokens), `detokeniser` (tokens → pixelsUnit). Noise and the annotations that a conditional model reads are
 * inputs, so the graphs are pure functions; `annotations.json` says what their numbers mean.
 *
 * @returns bytes by file name
 */
export async function exportModel(
  model: LoadedModel,
  options: ExportOptions & Pick<WorkOptions, "signal" | "onPreparation">,
): Promise<Map<string, Uint8Array>> {
  const values = await model.state.read();
  const files = new Map<string, Uint8Array>();
  const graphs: ExportedGraph[] = [];
  const { score } = model.model.capabilities;
  const samples = score?.defaultSamples ?? 1;
  const { signal, onPreparation } = options;
  const host = hostOf(model, { signal, ...(onPreparation && { onProgress: onPreparation }) });
  const prepared = await score?.prepare?.(host, { samples, seed: 0, preview: false });
  const { capabilities } = model.model;
  for (const { name, build } of capabilityGraphs(capabilities, batchInputs(model.data))) {
    const { result } = trace(model.variables, false, build);
    const program = optimise({ outputs: result, updates: {} });
    const inputs = inputsOf(program);
    const fixed = new Map(
      inputs.flatMap(({ attributes }) => {
        const value = values.get(attributes.name) ?? prepared?.feeds[attributes.name];
        return value === undefined ? [] : [[attributes.name, value] as const];
      }),
    );
    files.set(
      `${name}.onnx`,
      lower(program.outputs, { mode: "portable", graphName: `${options.name}.${name}`, fixed })
        .model,
    );
    graphs.push({
      name,
      inputs: inputs.filter(({ attributes }) => !fixed.has(attributes.name)),
      outputs: program.outputs,
    });
  }
  files.set("model.safetensors", await encodeWeights(model));
  const known = knownAnnotations(model);
  if (Object.keys(known).length > 0) {
    files.set(ANNOTATIONS, new TextEncoder().encode(`${JSON.stringify(known, null, 2)}\n`));
  }
  files.set("README.md", new TextEncoder().encode(modelCard(model, graphs, options)));
  return files;
}
