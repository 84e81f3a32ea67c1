import { type Scope, trace } from "../nn/scope.js";
import { lower } from "../runtime/onnx/lower.js";
import { optimise } from "../runtime/optimise/index.js";
import { inputsOf } from "../runtime/program.js";
import { constant, input, type Tensor } from "../tensor/tensor.js";
import { hostOf } from "./capabilities/batches.js";
import type { LoadedModel, WorkOptions } from "./loaded-model.js";
import { type ExportedGraph, type ExportOptions, modelCard } from "./model-card.js";
import { batchInputs } from "./state.js";
import { encodeWeights } from "./weights.js";

/**
 * A model as files that need no Figment: ONNX graphs of standard operators with a dynamic batch
 * dimension `B` and their weights inside, the weights as safetensors, and a card.
 *
 * Graphs, where the model has the capability: `encoder` (pixelsUnit → codes), `decoder` (codes →
 * pixelsUnit), `sampler` (noise → pixelsUnit; a sampler that is driven step by step has none),
 * `scorer` (pixelsUnit and noise → nllNats). Noise is an input, so that the files are pure functions;
 * so are the annotations that a conditional model reads.
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
  for (const { name, build } of graphsOf(model)) {
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
  files.set("README.md", new TextEncoder().encode(modelCard(model, graphs, options)));
  return files;
}

interface Graph {
  readonly name: string;
  readonly build: (scope: Scope) => Readonly<Record<string, Tensor>>;
}

function graphsOf(model: LoadedModel): Graph[] {
  const { encode, decode, sample, score } = model.model.capabilities;
  const samples = score?.defaultSamples ?? 1;
  const { pixelsUnit, annotations } = batchInputs(model.data);
  const graphs: (Graph | undefined)[] = [
    encode && {
      name: "encoder",
      build: (scope) => ({ codes: encode(scope, pixelsUnit) }),
    },
    decode && {
      name: "decoder",
      build: (scope) => ({
        pixelsUnit: decode.trace(scope, input("codes", ["B", decode.codeLength]), { draw: false }),
      }),
    },
    typeof sample === "function"
      ? {
          name: "sampler",
          build: (scope) => ({
            pixelsUnit: sample(scope, "B", { draw: false, temperature: constant(1), annotations }),
          }),
        }
      : undefined,
    score && {
      name: "scorer",
      build: (scope) => ({ nllNats: score.trace(scope, batchInputs(model.data), samples) }),
    },
  ];
  return graphs.filter((graph) => graph !== undefined);
}
