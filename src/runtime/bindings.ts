import { type HostArray, hostArrayOf } from "../tensor/dtype.js";
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

/**
 * The feeds that the inputs take, without any other.
 *
 * @throws ProgramError naming the input when its feed is not the typed array of its data type
 */
export function takenFeeds(inputs: readonly InputPlan[], feeds: Feeds): Feeds {
  const taken: Record<string, HostArray> = {};
  for (const input of inputs) {
    const feed = feeds[input.name];
    if (input.source.kind !== "feed" || feed === undefined) continue;
    const expected = hostArrayOf[input.dtype].name;
    if (feed?.constructor?.name !== expected) {
      throw new ProgramError(
        `${describeInput(input)}: it needs a ${expected}, not a ${describe(feed)}`,
      );
    }
    taken[input.name] = feed;
  }
  return taken;
}

/** Checks the length of a feed. @throws ProgramError naming the input when it is missing or does not fit */
export function requireFeed(
  input: InputPlan,
  feed: HostArray | undefined,
  bound: readonly number[],
): HostArray {
  const what = describeInput(input);
  if (feed === undefined) throw new ProgramError(`${what}, but it was not fed`);
  const length = elementCount(bound);
  if (feed.length !== length) {
    const symbolic = input.shape.some((dim) => typeof dim === "string");
    const as = symbolic ? `, here ${formatShape(bound)}` : "";
    throw new ProgramError(`${what}${as}: it needs ${length} elements, not ${feed.length}`);
  }
  return feed;
}

function describeInput({ name, dtype, shape }: InputPlan): string {
  return `the input "${name}" is ${dtype} ${formatShape(shape)}`;
}

/** What a value is, for an error message. */
export function describe(value: unknown): string {
  return Array.isArray(value) ? "plain array" : (value?.constructor?.name ?? typeof value);
}
