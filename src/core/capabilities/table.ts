import type { Scope } from "../../nn/scope.js";
import { cast, exp } from "../../tensor/ops/elementwise.js";
import { constant, input, type Tensor } from "../../tensor/tensor.js";
import { requireAnnotation } from "../annotations.js";
import type { Batch } from "../batch.js";
import type { Capabilities, CapabilityName } from "../capability.js";
import { exampleOf, type ModelDefinition } from "../model.js";

/** The ONNX graph that exports a capability. */
export interface CapabilityGraph {
  /** File name without `.onnx`. */
  readonly name: string;
  /** Named outputs of the graph, over the inputs of a batch. */
  readonly build: (scope: Scope) => Readonly<Record<string, Tensor>>;
}

export interface CapabilityEntry<N extends CapabilityName> {
  readonly takes: string;
  readonly gives: string;
  /** The `figment` command that runs it on any data; absent where there is none. */
  readonly command?: string;
  /** Further commands, each with another capability that it needs. */
  readonly together?: Readonly<Record<string, CapabilityName>>;
  /** Its graphs over a symbolic batch; none where a host drives the capability. */
  graph?(
    capability: NonNullable<Capabilities[N]>,
    batch: Batch,
  ): CapabilityGraph | readonly CapabilityGraph[] | undefined;
}

/** Every capability, in the order in which listings show them. */
export const capabilityTable: { readonly [N in CapabilityName]-?: CapabilityEntry<N> } = {
  sample: {
    takes: "noise, and annotations for a conditional model",
    gives: "images [B, C, H, W]",
    command: "sample",
    graph(sample, { annotations }) {
      if (typeof sample !== "function") return sample.step;
      const options = { draw: false, temperature: constant(1), annotations };
      return {
        name: "sampler",
        build: (scope) => ({ pixelsUnit: sample(scope, "B", options) }),
      };
    },
  },
  score: {
    takes: "images [B, C, H, W]",
    gives: "negative log-likelihoods [B] in nats",
    command: "score",
    graph(score, batch) {
      if ("drive" in score) return undefined;
      const samples = score.defaultSamples ?? 1;
      return {
        name: "scorer",
        build: (scope) => ({ nllNats: score.trace(scope, batch, samples) }),
      };
    },
  },
  complete: {
    takes: "images [B, C, H, W] and a mask",
    gives: "images [B, C, H, W]",
    command: "complete",
  },
  classify: {
    takes: "images [B, C, H, W]",
    gives: "probabilities of the classes [B, K]",
    command: "classify",
    graph: (classify, { pixelsUnit }) => ({
      name: "classifier",
      build: (scope) => ({ probs: exp(classify(scope, pixelsUnit)) }),
    }),
  },
  cluster: {
    takes: "images [B, C, H, W]",
    gives: "probabilities of the clusters [B, K]",
    command: "classify",
    graph: ({ trace }, { pixelsUnit }) => ({
      name: "clusterer",
      build: (scope) => ({ probs: exp(trace(scope, pixelsUnit)) }),
    }),
  },
  realness: {
    takes: "images [B, C, H, W]",
    gives: "the discriminator's outputs [B], larger for more real",
    graph: (realness, { pixelsUnit, annotations }) => ({
      name: "discriminator",
      build: (scope) => ({ realness: realness(scope, pixelsUnit, annotations) }),
    }),
  },
  encode: {
    takes: "images [B, C, H, W]",
    gives: "codes [B, Z]",
    command: "latent",
    together: { interpolate: "decode", arithmetic: "decode" },
    graph(encode, { pixelsUnit, annotations }) {
      if (typeof encode !== "function") return undefined;
      return {
        name: "encoder",
        build: (scope) => ({ codes: encode(scope, pixelsUnit, annotations) }),
      };
    },
  },
  decode: {
    takes: "codes [B, Z]",
    gives: "images [B, C, H, W]",
    command: "traverse",
    graph(decode, { annotations }) {
      if ("drive" in decode) return undefined;
      const codes = input("codes", ["B", decode.codeLength]);
      return {
        name: "decoder",
        build: (scope) => ({
          pixelsUnit: decode.trace(scope, codes, { draw: false, annotations }),
        }),
      };
    },
  },
  prior: {
    takes: "noise, and annotations for a conditional model",
    gives: "codes [B, Z]",
    command: "prior",
  },
  reconstruct: {
    takes: "images [B, C, H, W]",
    gives: "images [B, C, H, W]",
    command: "reconstruct",
  },
  tokenise: {
    takes: "images [B, C, H, W]",
    gives: "tokens [B, T]",
    command: "tokenise",
    graph: ({ trace }, { pixelsUnit }) => ({
      name: "tokeniser",
      build: (scope) => ({ tokens: cast(trace(scope, pixelsUnit), "int32") }),
    }),
  },
  detokenise: {
    takes: "tokens [B, T]",
    gives: "images [B, C, H, W]",
    command: "detokenise",
    graph: ({ grid, trace }) => ({
      name: "detokeniser",
      build: (scope) => ({
        pixelsUnit: trace(scope, input("tokens", ["B", grid[0] * grid[1]], "int32"), {
          draw: false,
        }),
      }),
    }),
  },
  denoise: {
    takes: "noisy images [B, C, H, W]; with their noise levels [B], where the model must know them",
    gives: "images [B, C, H, W]",
    command: "denoise",
    graph: (denoise, { pixelsUnit, annotations }) => ({
      name: "denoiser",
      build: (scope) =>
        typeof denoise === "function"
          ? { denoised: denoise(scope, pixelsUnit) }
          : { pixelsSigned: denoise.trace(scope, ...noisyInputs(pixelsUnit), annotations) },
    }),
  },
  translate: {
    takes: "images [B, C, H, W], and the class or attributes that they are to have",
    gives: "images [B, C, H, W]",
    command: "translate",
    graph: (translate, { pixelsUnit, annotations }) =>
      translate.by === "network"
        ? translate.domains.map((domain, number) => ({
            name: `translator-to-${domain.replace(/[^\w-]+/g, "-")}`,
            build: (scope) => ({ translated: translate.trace(scope, pixelsUnit, number) }),
          }))
        : {
            name: "translator",
            build: (scope) => ({ translated: translate.trace(scope, pixelsUnit, annotations) }),
          },
  },
  assemble: {
    takes: "patches [B, K, C, h, w]",
    gives: "images [B, C, H, W], masks [B, 1, H, W] and places",
    command: "assemble",
    graph({ places, locate, draw }, { pixelsUnit }) {
      const [batch, channels] = pixelsUnit.shape;
      const patches = input("patches", [batch, places.patches, channels, ...places.side]);
      const chosen = input("places", [batch, places.patches], "int32");
      return [
        {
          name: "locator",
          build: (scope) => {
            const { logProbs, mask } = locate(scope, patches);
            return { logProbs, mask };
          },
        },
        {
          name: "assembler",
          build: (scope) => ({ pixelsUnit: draw(scope, patches, chosen, constant(1)) }),
        },
      ];
    },
  },
  match: {
    takes: "images [B, C, H, W] and captions [K, T]",
    gives: "cosines [B, K]",
    command: "rank",
    graph: ({ captions, scale }, { annotations }) => ({
      name: "caption-encoder",
      build: (scope) => ({
        embeddings: captions(scope, requireAnnotation(annotations, "caption")),
        scale: scale(scope),
      }),
    }),
  },
  chain: {
    takes: "start images, or none",
    gives: "strips of images",
    command: "chain",
  },
  filters: {
    takes: "nothing",
    gives: "an image for each unit",
    command: "filters",
  },
};

/** Inputs of a denoiser for images of this shape: `noisy`, and `sigma` [B]. */
const noisyInputs = ({ shape }: Tensor): [noisy: Tensor, sigma: Tensor] => [
  input("noisy", shape),
  input("sigma", [shape[0]]),
];

/** Names of all capabilities, in the order of the table. */
export const capabilityNames = Object.keys(capabilityTable) as CapabilityName[];

/** Capabilities of a model with its default configuration, in the order of the table. */
export function capabilitiesOf(definition: ModelDefinition): CapabilityName[] {
  const { capabilities } = exampleOf(definition);
  return capabilityNames.filter((name) => capabilities[name] !== undefined);
}

/** The `figment` commands that show what a model can do with its default configuration. */
export function commandsOf(definition: ModelDefinition): string[] {
  const able = capabilitiesOf(definition);
  const commands = able.flatMap((name) => {
    const { command, together = {} } = capabilityTable[name];
    const joint = Object.entries(together).filter(([, other]) => able.includes(other));
    return [...(command === undefined ? [] : [command]), ...joint.map(([further]) => further)];
  });
  return [...new Set(commands)];
}

/** A graph and the capability that it computes. */
export interface ModelGraph extends CapabilityGraph {
  readonly capability: CapabilityName;
}

/** Graphs of all capabilities that one program computes. */
export function capabilityGraphs(capabilities: Capabilities, batch: Batch): ModelGraph[] {
  return capabilityNames.flatMap((capability) =>
    [graphsOf(capability, capabilities, batch) ?? []]
      .flat()
      .map((graph) => ({ ...graph, capability })),
  );
}

function graphsOf<N extends CapabilityName>(
  name: N,
  capabilities: Capabilities,
  batch: Batch,
): CapabilityGraph | readonly CapabilityGraph[] | undefined {
  const capability = capabilities[name];
  if (capability === undefined) return undefined;
  const entry = capabilityTable[name] as CapabilityEntry<N>;
  return entry.graph?.(capability as NonNullable<Capabilities[N]>, batch);
}
