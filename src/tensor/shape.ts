/**
 * A dimension: a count, or a symbolic monomial such as `"B"` or `"4*B"` that each run binds to a
 * count.
 */
export type Dim = number | string;

/** Dimensions in row-major order. A scalar has none. */
export type Shape = readonly Dim[];

interface Monomial {
  readonly coefficient: number;
  readonly symbols: readonly string[];
}

function parseDim(dim: Dim): Monomial {
  if (typeof dim === "number") return { coefficient: dim, symbols: [] };
  const factors = dim.split("*");
  const symbols = factors.filter((factor) => !/^\d+$/.test(factor));
  const coefficient = factors
    .filter((factor) => /^\d+$/.test(factor))
    .reduce((product, factor) => product * Number(factor), 1);
  return { coefficient, symbols };
}

function toDim({ coefficient, symbols }: Monomial): Dim {
  if (symbols.length === 0 || coefficient === 0) return coefficient;
  const product = [...symbols].sort().join("*");
  return coefficient === 1 ? product : `${coefficient}*${product}`;
}

/**
 * Dimensions in canonical spelling, so that equal dimensions are equal strings: `"B*4"` becomes
 * `"4*B"`. `undefined` if one is neither a count nor a monomial.
 */
export function canonicalShape(shape: Shape): Shape | undefined {
  const valid = shape.every((dim) =>
    typeof dim === "number"
      ? Number.isInteger(dim) && dim >= 0
      : dim.split("*").every((factor) => /^(\d+|[A-Za-z_]\w*)$/.test(factor)),
  );
  return valid ? shape.map((dim) => toDim(parseDim(dim))) : undefined;
}

/** The product of dimensions as one dimension. The empty product is 1. */
export function productOfDims(dims: Shape): Dim {
  const parsed = dims.map(parseDim);
  return toDim({
    coefficient: parsed.reduce((product, { coefficient }) => product * coefficient, 1),
    symbols: parsed.flatMap(({ symbols }) => symbols),
  });
}

/** `total / part`, or `undefined` if that is not a monomial with a whole coefficient. */
export function divideDims(total: Dim, part: Dim): Dim | undefined {
  const left = parseDim(total);
  const right = parseDim(part);
  if (right.coefficient === 0 || left.coefficient % right.coefficient !== 0) return undefined;
  const symbols = [...left.symbols];
  for (const symbol of right.symbols) {
    const position = symbols.indexOf(symbol);
    if (position < 0) return undefined;
    symbols.splice(position, 1);
  }
  return toDim({ coefficient: left.coefficient / right.coefficient, symbols });
}

/** The sum of dimensions, or `undefined` if their symbols differ. */
export function sumOfDims(dims: Shape): Dim | undefined {
  const parsed = dims.map(parseDim).filter(({ coefficient }) => coefficient !== 0);
  if (parsed.length === 0) return 0;
  const [first] = parsed;
  const key = [...first.symbols].sort().join("*");
  if (parsed.some(({ symbols }) => [...symbols].sort().join("*") !== key)) return undefined;
  return toDim({
    coefficient: parsed.reduce((sum, { coefficient }) => sum + coefficient, 0),
    symbols: first.symbols,
  });
}

/** The symbols of a dimension and its coefficient: `"4*B"` gives `{ coefficient: 4, symbols: ["B"] }`. */
export function factorsOfDim(dim: Dim): Monomial {
  return parseDim(dim);
}

/** The count of a dimension under these bindings. @throws RangeError for an unbound symbol */
export function bindDim(dim: Dim, bindings: Readonly<Record<string, number>>): number {
  const { coefficient, symbols } = parseDim(dim);
  return symbols.reduce((product, symbol) => {
    const count = bindings[symbol];
    if (count === undefined)
      throw new RangeError(`the symbolic dimension "${symbol}" is not bound`);
    return product * count;
  }, coefficient);
}

/** {@link bindDim} over a shape. */
export function bindShape(shape: Shape, bindings: Readonly<Record<string, number>>): number[] {
  return shape.map((dim) => bindDim(dim, bindings));
}

/** True when every dimension is a count. */
export function isStatic(shape: Shape): shape is readonly number[] {
  return shape.every((dim) => typeof dim === "number");
}

/** The number of elements of a static shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

export function sameShape(left: Shape, right: Shape): boolean {
  return left.length === right.length && left.every((dim, axis) => dim === right[axis]);
}

/** The broadcast shape by NumPy's rule, or `undefined` if the shapes do not broadcast. */
export function broadcastShapes(left: Shape, right: Shape): Shape | undefined {
  const rank = Math.max(left.length, right.length);
  const result: Dim[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const a = left[axis - rank + left.length] ?? 1;
    const b = right[axis - rank + right.length] ?? 1;
    if (a !== b && a !== 1 && b !== 1) return undefined;
    result.push(a === 1 ? b : a);
  }
  return result;
}

/** Row-major strides of a static shape, in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/** More dimensions than anything has that is not damaged. */
const SHOWN_DIMS = 16;

/** A shape as error messages print it: `[B, 1, 28, 28]`. */
export function formatShape(shape: Shape): string {
  const more = shape.length > SHOWN_DIMS ? `, … ${shape.length} dimensions` : "";
  return `[${shape.slice(0, SHOWN_DIMS).join(", ")}${more}]`;
}
