import type { Tensor } from "../../../tensor/tensor.js";
import { filterGradientForm } from "./convolutions.js";
import { type ConvolutionGroups, groupConvolutions } from "./groups.js";
import { isBlockable, meetingOf, reducesInBlocks, worksInBlocks } from "./shapes.js";

/** Which nodes of a graph are computed in blocks. */
export interface LayoutPlan extends ConvolutionGroups {
  readonly block: number;
  /** Nodes other than convolutions that are computed on blocked operands. */
  readonly inBlocks: ReadonlySet<number>;
}

/** The layout in which a node needs an operand; `same` is the node's own layout. */
type Need = "blocked" | "plain" | "either" | "same";

/** Sweeps over the nodes that may take either layout; few graphs still change in the second. */
const MAX_SWEEPS = 4;

/**
 * Places the conversions between layouts. Convolutions fix their own layout; a node that works in
 * either takes the one that converts fewer elements. A tensor is converted at most once each way.
 *
 * @param uses  how often each node's value is used, as an output or as an operand
 */
export function planLayout(
  nodes: readonly Tensor[],
  outputs: readonly Tensor[],
  uses: ReadonlyMap<number, number>,
  block: number,
): LayoutPlan {
  const groups = groupConvolutions(nodes, uses, block);
  const inBlocks = new Set<number>();
  const plan = { ...groups, block, inBlocks };
  if (groups.byEnd.size === 0) return plan;
  const choice = new LayoutChoice(nodes, outputs, groups, inBlocks, block);
  choice.spread();
  for (let sweep = 0; sweep < MAX_SWEEPS && choice.improve(); sweep++);
  return plan;
}

interface Use {
  /** `undefined` for an output of the program. */
  readonly user: Tensor | undefined;
  readonly need: Need;
}

class LayoutChoice {
  private readonly uses = new Map<number, Use[]>();
  private readonly flexible: Tensor[] = [];
  private readonly isFlexible = new Set<number>();

  constructor(
    nodes: readonly Tensor[],
    outputs: readonly Tensor[],
    private readonly groups: ConvolutionGroups,
    private readonly inBlocks: Set<number>,
    private readonly block: number,
  ) {
    for (const node of nodes) {
      if (groups.absorbed.has(node.id)) continue;
      if (!groups.byEnd.has(node.id) && worksInBlocks(node, block)) {
        this.flexible.push(node);
        this.isFlexible.add(node.id);
      }
      for (const [operand, need] of this.needsOf(node)) this.addUse(operand, { user: node, need });
    }
    for (const output of outputs) this.addUse(output, { user: undefined, need: "plain" });
  }

  /** Initial choice: blocks for every node connected with a convolution, forwards or backwards. */
  spread(): void {
    const connected = new Set<number>();
    const wants = ({ user, need }: Use) =>
      need === "blocked" || (need === "same" && user !== undefined && connected.has(user.id));
    for (const node of this.flexible) {
      const images = this.imagesOf(node);
      if (images.some((operand) => this.isBlocked(operand) || connected.has(operand.id))) {
        connected.add(node.id);
      }
    }
    for (const node of [...this.flexible].reverse()) {
      if (this.uses.get(node.id)?.some(wants)) connected.add(node.id);
    }
    for (const id of connected) this.inBlocks.add(id);
  }

  /** Changes nodes one at a time if that saves conversions. Returns whether any changed. */
  improve(): boolean {
    let changed = false;
    for (const node of this.flexible) if (this.gain(node) > 0) changed = this.flip(node);
    for (const node of [...this.flexible].reverse()) {
      const gain = this.gain(node);
      // Starting from its end, a chain that gains nothing from blocks returns to the plain layout.
      if (gain > 0 || (gain === 0 && this.inBlocks.has(node.id))) changed = this.flip(node);
    }
    return changed;
  }

  /** Number of conversions, in elements per image, that changing the node's layout saves. */
  private gain(node: Tensor): number {
    const touched = [node, ...this.imagesOf(node)];
    const cost = () => touched.reduce((sum, tensor) => sum + this.conversionOf(tensor), 0);
    const before = cost();
    this.flip(node);
    const after = cost();
    this.flip(node);
    return before - after;
  }

  private flip({ id }: Tensor): true {
    if (!this.inBlocks.delete(id)) this.inBlocks.add(id);
    return true;
  }

  private conversionOf(tensor: Tensor): number {
    const blocked = this.isBlocked(tensor);
    const other = blocked ? "plain" : "blocked";
    const needed = this.uses.get(tensor.id)?.some(({ user, need }) => {
      if (need !== "same") return need === other;
      return user !== undefined && this.inBlocks.has(user.id) !== blocked;
    });
    if (!needed) return 0;
    const [, channels, height, width] = tensor.shape as readonly number[];
    return channels * height * width;
  }

  private isBlocked({ id }: Tensor): boolean {
    return this.inBlocks.has(id) || this.groups.byEnd.get(id)?.form.writes === "blocked";
  }

  private addUse({ id }: Tensor, use: Use): void {
    const known = this.uses.get(id);
    if (known === undefined) this.uses.set(id, [use]);
    else known.push(use);
  }

  private imagesOf(node: Tensor): Tensor[] {
    const images = node.inputs.filter((operand) => this.isImageOf(operand, node));
    return images.filter((operand, index) => images.indexOf(operand) === index);
  }

  private isImageOf(operand: Tensor, node: Tensor): boolean {
    return (
      node.shape.length === operand.shape.length && isElementwiseOrImage(operand, node, this.block)
    );
  }

  private needsOf(node: Tensor): [Tensor, Need][] {
    const group = this.groups.byEnd.get(node.id);
    if (group !== undefined) {
      const [x, filters] = group.convolution.inputs;
      const rest = group.bias === undefined ? [filters] : [filters, group.bias];
      return [[x, group.form.reads], ...rest.map((operand): [Tensor, Need] => [operand, "plain"])];
    }
    if (node.op === "convFilterGradient") {
      const form = filterGradientForm(node as Tensor<"convFilterGradient">, this.block);
      const [x, dy] = node.inputs;
      return [
        [x, form === "depthwise" ? "blocked" : "plain"],
        [dy, form === undefined ? "plain" : "blocked"],
      ];
    }
    const accepts = reducesInBlocks(node, this.block);
    return node.inputs.map((operand) => {
      if (accepts) return [operand, "either"];
      const same = this.isFlexible.has(node.id) && this.isImageOf(operand, node);
      return [operand, same ? "same" : "plain"];
    });
  }
}

/** Whether a node computed in blocks reads the operand in blocks. */
function isElementwiseOrImage(operand: Tensor, node: Tensor, block: number): boolean {
  if (!isBlockable(operand, block)) return false;
  return meetingOf(operand, node.shape, block) === "image";
}
