import type { DType } from "../../tensor/dtype.js";
import { reachable } from "../../tensor/graph.js";
import { elementCount, isStatic, type Shape, sameShape } from "../../tensor/shape.js";
import type { AnyTensor, Tensor } from "../../tensor/tensor.js";
import type { Program } from "../program.js";

/** Operators that a loop has, each correctly rounded. */
const OPERATORS = ["neg", "abs", "sqrt", "add", "sub", "mul", "div"] as const;
export type LoopOperator = (typeof OPERATORS)[number];
const operators: ReadonlySet<string> = new Set(OPERATORS);

/** A value from outside a loop: state, by the name of its group or slot, or a result of the model. */
export interface LoopValue {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A scalar that the caller feeds under a name, or that the model computes. */
export type ScalarPlan = { readonly feed: string } | { readonly computed: LoopValue };

export interface LoopStep {
  readonly operator: LoopOperator;
  readonly operands: readonly number[];
  /** Whether the result is a scalar, which the loop computes once. */
  readonly scalar: boolean;
}

/**
 * Updates of state, element by element, as one loop over vectors of float32. Its values are numbered:
 * vectors of state, computed vectors, scalars, constants, and then the results of its steps.
 */
export interface LoopPlan {
  /** Elements of each vector. */
  readonly length: number;
  /** Vectors of state that it reads or writes. */
  readonly state: readonly LoopValue[];
  /** Vectors that the model computes, each in pieces that follow one another. */
  readonly computed: readonly (readonly LoopValue[])[];
  readonly scalars: readonly ScalarPlan[];
  readonly constants: readonly number[];
  readonly steps: readonly LoopStep[];
  /** The new value of each vector of state that the loop updates, by its position in `state`. */
  readonly stores: ReadonlyMap<number, number>;
}

/** A program without the updates that run as loops, and what the model computes for these. */
export interface SplitProgram {
  readonly rest: Program;
  readonly computed: Readonly<Record<string, Tensor>>;
  readonly loops: readonly LoopPlan[];
}

/** Shorter vectors are not worth a call. */
const LEAST_ELEMENTS = 4096;
/** WebAssembly limits the values of a function, and an optimiser has some twenty. */
const MOST_STEPS = 1000;
/** An address has 32 bits; state of several programs may have to lie together. */
const MOST_BYTES = 2 ** 31 - 2 ** 16;

/**
 * Takes updates of state that consist of arithmetic on its elements, such as an optimiser's, out of a program.
 *
 * The model would pass over whole vectors once for each operator; a loop passes over them once.
 */
export function splitLoops(program: Program): SplitProgram {
  const whole = { rest: program, computed: {}, loops: [] };
  if (Object.keys(program.updates).length === 0) return whole;
  const inLoops = loopNodes(program);
  const parts = connectedUpdates(program, inLoops);
  if (parts.length === 0) return whole;
  const computed: Record<string, Tensor> = {};
  const loops = parts.map((updates) => planLoop(updates, inLoops, computed));
  const names = [
    ...Object.keys(program.updates),
    ...loops.flatMap(({ state }) => state.map(({ name }) => name)),
  ];
  const bytes = loops.reduce(
    (sum, { length, state, computed: own }) => sum + 4 * length * (state.length + own.length),
    0,
  );
  const taken = new Set(parts.flat().map(([name]) => name));
  const updates = Object.entries(program.updates).filter(([name]) => !taken.has(name));
  const rest = { outputs: program.outputs, updates: Object.fromEntries(updates) };
  // The library runs no model without a result.
  const results = { ...rest.outputs, ...rest.updates, ...computed };
  const fits =
    bytes <= MOST_BYTES &&
    loops.every(({ steps }) => steps.length <= MOST_STEPS) &&
    !overlap(names) &&
    Object.keys(results).length > 0;
  return fits ? { rest, computed, loops } : whole;
}

/** Nodes that only loops need, by id. */
function loopNodes({ outputs, updates }: Program): ReadonlySet<number> {
  const kept = new Set(Object.values(outputs).map(({ id }) => id));
  const updated = new Set(Object.values(updates).map(({ id }) => id));
  const nodes = reachable([...Object.values(outputs), ...Object.values(updates)]);
  const users = new Map(nodes.map(({ id }) => [id, [] as number[]]));
  for (const { id, inputs } of nodes) {
    for (const input of inputs) users.get(input.id)?.push(id);
  }
  const found = new Set<number>();
  for (const node of nodes.reverse()) {
    const uses = users.get(node.id) ?? [];
    if (!kept.has(node.id) && isArithmetic(node) && uses.every((user) => found.has(user))) {
      if (uses.length > 0 || updated.has(node.id)) found.add(node.id);
    }
  }
  return found;
}

const isScalar = ({ shape }: Tensor) => shape.length === 0;

/** Whether a loop can compute a node: of scalars, or of one long vector's elements. */
function isArithmetic(node: Tensor): boolean {
  return (
    operators.has(node.op) &&
    (isScalar(node) || isLong(node.shape)) &&
    node.inputs.every(
      (operand) =>
        operand.dtype === "float32" &&
        (isScalar(operand) || (sameShape(operand.shape, node.shape) && operand.op !== "constant")),
    )
  );
}

const isLong = (shape: Shape) => isStatic(shape) && elementCount(shape) >= LEAST_ELEMENTS;

type NamedUpdate = readonly [name: string, value: Tensor];

/** The updates that loops compute; those that share a vector come together. */
function connectedUpdates({ updates }: Program, inLoops: ReadonlySet<number>): NamedUpdate[][] {
  let parts: { readonly updates: NamedUpdate[]; readonly vectors: ReadonlySet<string> }[] = [];
  for (const update of Object.entries(updates)) {
    const [name, value] = update;
    if (!inLoops.has(value.id) || isScalar(value)) continue;
    const vectors = new Set([name, ...vectorsOf(value, inLoops)]);
    const [joined, others] = [true, false].map((shares) =>
      parts.filter((part) => [...vectors].some((vector) => part.vectors.has(vector)) === shares),
    );
    parts = [
      ...others,
      {
        updates: [...joined.flatMap((part) => part.updates), update],
        vectors: new Set([...joined.flatMap((part) => [...part.vectors]), ...vectors]),
      },
    ];
  }
  return parts.map((part) => part.updates);
}

/** The vectors that a value is computed from within a loop: names of state, and ids of others. */
function vectorsOf(value: Tensor, inLoops: ReadonlySet<number>): string[] {
  return withinLoop([value], inLoops)
    .filter((node) => !isScalar(node))
    .map((node) => stateName(node) ?? `${node.id}`);
}

/** The nodes of a loop and its operands, operands before their users. */
function withinLoop(values: readonly Tensor[], inLoops: ReadonlySet<number>): Tensor[] {
  const seen = new Map<number, Tensor>();
  const waiting = [...values];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node.id)) continue;
    seen.set(node.id, node);
    if (inLoops.has(node.id)) waiting.push(...node.inputs);
  }
  return [...seen.values()].sort((a, b) => a.id - b.id);
}

function stateName(node: Tensor): string | undefined {
  const { op, attributes } = node as AnyTensor;
  return op === "input" && attributes.source.kind === "state" ? attributes.name : undefined;
}

/** @param computed  receives what the model has to compute, by its name there */
function planLoop(
  updates: readonly NamedUpdate[],
  inLoops: ReadonlySet<number>,
  computed: Record<string, Tensor>,
): LoopPlan {
  const nodes = withinLoop(
    updates.map(([, value]) => value),
    inLoops,
  );
  const compute = (tensor: Tensor): LoopValue => {
    const name = `computed:${Object.keys(computed).length}`;
    computed[name] = tensor;
    return { name, shape: tensor.shape as readonly number[], dtype: tensor.dtype };
  };
  const leaves = nodes.filter(({ id }) => !inLoops.has(id));
  const vectors = leaves.filter((leaf) => !isScalar(leaf));
  const ofState = vectors.filter((leaf) => stateName(leaf) !== undefined);
  const others = vectors.filter((leaf) => stateName(leaf) === undefined);
  const literals = leaves.filter((leaf) => isScalar(leaf) && leaf.op === "constant");
  const scalars = leaves.filter((leaf) => isScalar(leaf) && leaf.op !== "constant");
  const steps = nodes.filter(({ id }) => inLoops.has(id));
  const [[, { shape, dtype }]] = updates as [[string, Tensor & { shape: number[] }]];
  const read = ofState.map((leaf) => stateName(leaf)!);
  const names = [...new Set([...read, ...updates.map(([name]) => name)])];
  const numbers = new Map([
    ...ofState.map((leaf) => [leaf.id, names.indexOf(stateName(leaf)!)] as const),
    ...[...others, ...scalars, ...literals, ...steps].map(
      ({ id }, at) => [id, names.length + at] as const,
    ),
  ]);
  return {
    length: elementCount(shape),
    state: names.map((name) => ({ name, shape, dtype })),
    computed: others.map((leaf) => piecesOf(leaf).map(compute)),
    scalars: scalars.map((leaf) => scalarPlan(leaf, compute)),
    constants: literals.map((leaf) => (leaf as Tensor<"constant">).attributes.data[0]),
    steps: steps.map((node) => ({
      operator: node.op as LoopOperator,
      operands: node.inputs.map(({ id }) => numbers.get(id)!),
      scalar: isScalar(node),
    })),
    stores: new Map(
      updates.map(([name, { id }]) => [names.indexOf(name), numbers.get(id)!] as const),
    ),
  };
}

/** The parts of a concatenation, whose elements follow one another; else the vector itself. */
function piecesOf(vector: Tensor): Tensor[] {
  const { op, inputs } = vector;
  if (op === "concat" && vector.shape.length === 1) return inputs.flatMap(piecesOf);
  return op === "reshape" && isStatic(inputs[0].shape) ? piecesOf(inputs[0]) : [vector];
}

function scalarPlan(leaf: Tensor, compute: (tensor: Tensor) => LoopValue): ScalarPlan {
  const { op, attributes } = leaf as AnyTensor;
  return op === "input" && attributes.source.kind === "feed"
    ? { feed: attributes.name }
    : { computed: compute(leaf) };
}

/** Whether one name may be that of a slot in a group of another name. */
function overlap(names: readonly string[]): boolean {
  const distinct = [...new Set(names)];
  return distinct.some((name) => distinct.some((other) => other.startsWith(`${name}.`)));
}
