import type { onnx } from "onnx-proto";
import { type DType, type HostArray, toHostArray } from "../../tensor/dtype.js";
import { elementCount, type Shape } from "../../tensor/shape.js";
import { type Attributes, toAttributeProtos, toTensorProto, toValueInfo } from "./proto.js";

/** Domain of the operators that ONNX Runtime adds to the standard set. */
export const MICROSOFT = "com.microsoft";

export interface EmitOptions {
  readonly domain?: string;
  /** Number of results; 1 by default. */
  readonly results?: number;
}

/**
 * Collects the nodes and initialisers of one ONNX graph and gives every value a readable name. What has
 * been computed already is not computed again: filters that several convolutions read are rearranged once.
 */
export class GraphBuilder {
  readonly nodes: onnx.INodeProto[] = [];
  readonly domains = new Set<string>();
  private readonly initializers: onnx.ITensorProto[] = [];
  private readonly inputs: onnx.IValueInfoProto[] = [];
  private readonly outputs: onnx.IValueInfoProto[] = [];
  private readonly declared = new Map<string, onnx.IValueInfoProto>();
  /** Values computed by operators, as opposed to inputs and initialisers. */
  private readonly computed = new Set<string>();
  private readonly taken = new Set<string>();
  private readonly counts = new Map<string, number>();
  private readonly literals = new Map<string, string>();
  /** Results of the operators so far, by what they compute. */
  private readonly known = new Map<string, string[]>();
  /** Final names of the values that are outputs. */
  private readonly renamed = new Map<string, string>();
  private scope = "";

  /** Names the following values after this operator, until the next call. */
  enter(operator: string): void {
    this.scope = this.unique(operator);
  }

  /** Reserves a name that the caller chose, such as an input's. */
  reserve(name: string): void {
    this.taken.add(name);
  }

  addInput(name: string, dtype: DType, shape: Shape): string {
    this.inputs.push(toValueInfo(name, dtype, shape));
    return name;
  }

  addInitializer(name: string, dtype: DType, shape: readonly number[], data: HostArray): string {
    this.initializers.push(toTensorProto(name, dtype, shape, data));
    return name;
  }

  /** Adds an operator, unless an equal one is there, and returns the name of its first result. */
  emit(operator: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.emitAll(operator, inputs, attributes)[0];
  }

  /** The same for an operator of any domain; returns the names of all its results. */
  emitAll(
    operator: string,
    inputs: readonly string[],
    attributes: Attributes = {},
    { domain = "", results = 1 }: EmitOptions = {},
  ): string[] {
    const key = `${domain}:${operator}:${results}(${inputs})${keyOf(attributes)}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const name = this.unique(`${this.scope}/${operator}`);
    const output = Array.from({ length: results }, (_, k) => (k === 0 ? name : `${name}:${k}`));
    this.domains.add(domain);
    for (const value of output) this.computed.add(value);
    this.nodes.push({
      name,
      opType: operator,
      domain,
      input: [...inputs],
      output,
      attribute: toAttributeProtos(attributes),
    });
    this.known.set(key, output);
    return output;
  }

  /** Declares the shape of a value that ONNX cannot infer. */
  declare(value: string, dtype: DType, shape: Shape): string {
    this.declared.set(value, toValueInfo(value, dtype, shape));
    return value;
  }

  /** An initialiser, shared with equal ones. */
  literal(dtype: DType, shape: readonly number[], values: ArrayLike<number>): string {
    const short = values.length <= 64;
    const key = `${dtype}[${shape}]${short ? Array.from(values, formatExactly) : ""}`;
    const known = short ? this.literals.get(key) : undefined;
    if (known !== undefined) return known;
    const name = this.unique(shape.length === 0 ? `${dtype}_${values[0]}` : `${dtype}s`);
    this.addInitializer(name, dtype, shape, toHostArray(dtype, values));
    if (short) this.literals.set(key, name);
    return name;
  }

  /** An initialiser of equal elements, stored once. */
  filled(dtype: DType, shape: readonly number[], value: number): string {
    return this.shared(`${dtype}[${shape}] of ${formatExactly(value)}`, () =>
      this.literal(dtype, shape, new Array<number>(elementCount(shape)).fill(value)),
    );
  }

  /** An initialiser that a key determines, stored once. */
  shared(key: string, make: () => string): string {
    const known = this.literals.get(key);
    if (known !== undefined) return known;
    const name = make();
    this.literals.set(key, name);
    return name;
  }

  scalar(dtype: DType, value: number): string {
    return this.literal(dtype, [], [value]);
  }

  /** A vector of int64, such as axes, a shape or slice starts. */
  int64s(values: readonly number[]): string {
    return this.literal("int64", [values.length], values);
  }

  /** Gives a value its output name; adds a copy if the value must keep its present name. */
  addOutput(value: string, name: string, dtype: DType, shape: Shape): void {
    this.outputs.push(toValueInfo(name, dtype, shape));
    if (this.computed.has(value) && !this.renamed.has(value)) {
      this.renamed.set(value, name);
      return;
    }
    this.nodes.push({
      name: this.unique(`${name}/Identity`),
      opType: "Identity",
      input: [value],
      output: [name],
    });
  }

  /** The graph of everything that the outputs depend on, with final names. */
  finish(): onnx.IGraphProto {
    const rename = (value: string) => this.renamed.get(value) ?? value;
    const { inputs: input, outputs: output } = this;
    const needed = new Set(output.map(({ name }) => name!));
    const node: onnx.INodeProto[] = [];
    // ONNX Runtime would also compute values that nothing reads.
    for (const { input: read, output: written, ...rest } of [...this.nodes].reverse()) {
      const kept = { ...rest, input: read!.map(rename), output: written!.map(rename) };
      if (!kept.output.some((value) => needed.has(value))) continue;
      for (const value of kept.input) needed.add(value);
      node.push(kept);
    }
    const initializer = this.initializers.filter(({ name }) => needed.has(name!));
    const valueInfo = [...this.declared.values()].filter(
      ({ name }) => needed.has(name!) && !this.renamed.has(name!),
    );
    return { node: node.reverse(), initializer, input, output, valueInfo };
  }

  private unique(base: string): string {
    const count = this.counts.get(base) ?? 0;
    this.counts.set(base, count + 1);
    const name = count === 0 ? base : `${base}_${count}`;
    if (this.taken.has(name)) return this.unique(base);
    this.taken.add(name);
    return name;
  }
}

const keyOf = (attributes: Attributes): string =>
  Object.entries(attributes)
    .map(([name, value]) => {
      const exact = typeof value === "object" && "float" in value;
      return `${name}=${exact ? `float ${formatExactly(value.float)}` : value}`;
    })
    .join(";");

/** Distinguishes −0 from 0, which JSON and template strings do not. */
function formatExactly(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
