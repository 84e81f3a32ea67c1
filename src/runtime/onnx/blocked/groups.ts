import type { PrimitiveName } from "../../../tensor/primitives.js";
import { sameShape } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { type BlockedForm, blockedForm, type Convolution, isConvolution } from "./convolutions.js";

/** A convolution with the bias and activation that its operator computes as well. */
export interface ConvolutionGroup {
  readonly convolution: Convolution;
  readonly form: BlockedForm;
  /** One value per channel, added to the result. */
  readonly bias: Tensor | undefined;
  /** Name of the operator applied to the sum. */
  readonly activation: string | undefined;
}

export interface ConvolutionGroups {
  /** Groups by the node whose value they compute. */
  readonly byEnd: ReadonlyMap<number, ConvolutionGroup>;
  /** Nodes inside a group, whose values nothing else uses. */
  readonly absorbed: ReadonlySet<number>;
}

const ACTIVATIONS: { readonly [P in PrimitiveName]?: string } = {
  relu: "Relu",
  tanh: "Tanh",
  sigmoid: "Sigmoid",
};

/**
 * Every convolution that the blocked operator computes, joined with a bias and an activation if they
 * are the only use of its result.
 *
 * @param uses  how often each node's value is used, as an output or as an operand
 */
export function groupConvolutions(
  nodes: readonly Tensor[],
  uses: ReadonlyMap<number, number>,
  block: number,
): ConvolutionGroups {
  const byEnd = new Map<number, ConvolutionGroup>();
  const absorbed = new Set<number>();
  for (const node of nodes) {
    if (isConvolution(node)) {
      const form = blockedForm(node, block);
      if (form) {
        byEnd.set(node.id, { convolution: node, form, bias: undefined, activation: undefined });
      }
      continue;
    }
    const grown = node.op === "add" ? withBias(node, byEnd) : withActivation(node, byEnd);
    if (grown === undefined || uses.get(grown.from.id) !== 1) continue;
    byEnd.delete(grown.from.id);
    absorbed.add(grown.from.id);
    byEnd.set(node.id, grown.group);
  }
  return { byEnd, absorbed };
}

type Groups = ReadonlyMap<number, ConvolutionGroup>;

function withBias(node: Tensor, groups: Groups) {
  const [a, b] = node.inputs;
  for (const [from, bias] of [
    [a, b],
    [b, a],
  ]) {
    const group = groups.get(from.id);
    if (group === undefined || group.bias || group.activation) continue;
    const channels = from.shape[1];
    const fits =
      sameShape(bias.shape, [channels, 1, 1]) || sameShape(bias.shape, [1, channels, 1, 1]);
    if (fits) return { from, group: { ...group, bias } };
  }
  return undefined;
}

function withActivation(node: Tensor, groups: Groups) {
  const activation = ACTIVATIONS[node.op];
  const [from] = node.inputs;
  const group = activation && groups.get(from.id);
  if (!group || group.activation) return undefined;
  return { from, group: { ...group, activation } };
}
