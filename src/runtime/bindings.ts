import { allocate, type DType, type HostArray } from "../tensor/dtype.js";
import { bindShape, elementCount, factorsOfDim, formatShape } from "../tensor/shape.js";
import { ProgramError } from "./errors.js";
import type { InputPlan } from "./plan.js";

export type Dims = Readonly<Record<string, number>>;
export type Feeds = Readonly<Record<string, HostArray>>;

/**
 * The counts of the symbolic dimensions. A count that is not given is inferred from the length of a
 * feed in which its symbol is the only unknown.
 *
 * @throws ProgramError when a count is not a whole number or cannot be inferred
 */
export function bindDims(inputs: readonly InputPlan[], feeds: Feeds, given: Dims): Dims {
  const dims: Record<string, number> = {};
  for (const [symbol, count] of Object.entries(given)) {
    if (!Number.isInteger(count) || count < 0) {
      throw new ProgramError(`the dimension "${symbol}" must be a whole number, not ${count}`);
    }
    dims[symbol] = count;
  }
  for (const { name, shape } of inputs) {
    const feed = feeds[name];
    const unknown = shape.flatMap((dim) =>
      factorsOfDim(dim).symbols.filter((symbol) => !(symbol in dims)),
    );
    if (feed === undefined || unknown.length !== 1) continue;
    const perUnit = elementCount(bindShape(shape, { ...dims, [unknown[0]]: 1 }));
    const count = feed.length / perUnit;
    if (Number.isInteger(count)) dims[unknown[0]] = count;
  }
  for (const { name, shape } of inputs) {
    for (const symbol of shape.flatMap((dim) => factorsOfDim(dim).symbols)) {
      if (!(symbol in dims)) {
        const feed = feeds[name];
        const length = feed === undefined ? "" : ` from ${feed.length} elements`;
        throw new ProgramError(
          `cannot infer the dimension "${symbol}" of the input "${name}" ${formatShape(shape)}${length}`,
        );
      }
    }
  }
  return dims;
}

/** Checks a feed against its input. @throws ProgramError naming both */
export function requireFeed(
  { name, dtype, shape }: InputPlan,
  feed: HostArray | undefined,
  bound: readonly number[],
): HostArray {
  const what = `the input "${name}" is ${dtype} ${formatShape(shape)}`;
  if (feed === undefined) throw new ProgramError(`${what}, but it was not fed`);
  const expected = arrayName(dtype);
  if (feed.constructor?.name !== expected) {
    throw new ProgramError(`${what}: it needs a ${expected}, not a ${describe(feed)}`);
  }
  const length = elementCount(bound);
  if (feed.length !== length) {
    const as = shape.every((dim) => typeof dim === "number") ? "" : `, here ${formatShape(bound)}`;
    throw new ProgramError(`${what}${as}: it needs ${length} elements, not ${feed.length}`);
  }
  return feed;
}

function arrayName(dtype: DType): string {
  return allocate(dtype, 0).constructor.name;
}

function describe(value: unknown): string {
  return Array.isArray(value) ? "plain array" : (value?.constructor?.name ?? typeof value);
}
