import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bindDim,
  bindShape,
  broadcastShapes,
  canonicalShape,
  type Dim,
  divideDims,
  elementCount,
  productOfDims,
  type Shape,
  stridesOf,
  sumOfDims,
} from "./shape.js";

const reference: { library: string; broadcasts: [number[], number[], number[] | null][] } =
  JSON.parse(readFileSync(new URL("../../reference/operators.json", import.meta.url), "utf8"));

const bindings = { B: 3, T: 5 };
const dim = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom("", "B", "T", "B*T", "B*B"))
  .map(
    ([count, symbols]): Dim =>
      symbols === "" ? count : count === 1 ? symbols : `${count}*${symbols}`,
  );
const shape = fc.array(dim, { maxLength: 4 });

describe("dimensions", () => {
  test("multiply like the counts they are bound to", () => {
    fc.assert(
      fc.property(shape, (dims) => {
        expect(bindDim(productOfDims(dims), bindings)).toBe(
          elementCount(bindShape(dims, bindings)),
        );
      }),
    );
  });

  test("undo a product by division, in any order", () => {
    fc.assert(
      fc.property(shape, shape, (left, right) => {
        const total = productOfDims([...left, ...right]);
        expect(divideDims(total, productOfDims(right))).toBe(productOfDims(left));
        expect(productOfDims([...right, ...left])).toBe(total);
      }),
    );
  });

  test("refuse a division that leaves a remainder or lacks the symbol", () => {
    expect(divideDims("3*B", 2)).toBeUndefined();
    expect(divideDims(6, "B")).toBeUndefined();
    expect(divideDims("B*T", "B*B")).toBeUndefined();
    expect(divideDims(6, 0)).toBeUndefined();
  });

  test("add up if they share their symbols", () => {
    expect(sumOfDims(["B", "2*B", 0])).toBe("3*B");
    expect(sumOfDims([1, 2])).toBe(3);
    expect(sumOfDims([])).toBe(0);
    expect(sumOfDims(["B", 1])).toBeUndefined();
    expect(sumOfDims(["B", "T"])).toBeUndefined();
  });

  test("have one canonical spelling", () => {
    expect(canonicalShape(["B*4", "T*B", "2*3*B", "6*7", 5])).toEqual(["4*B", "B*T", "6*B", 42, 5]);
    for (const wrong of [-1, 1.5, "", "B+1", "2B", "B*", " B"]) {
      expect(canonicalShape([wrong])).toBeUndefined();
    }
  });

  test("are bound by name", () => {
    expect(bindShape(["4*B", 2], { B: 3 })).toEqual([12, 2]);
    expect(() => bindDim("B", {})).toThrow('the symbolic dimension "B" is not bound');
  });
});

describe("broadcasting", () => {
  test(`agrees with ${reference.library}`, () => {
    for (const [left, right, expected] of reference.broadcasts) {
      expect(broadcastShapes(left, right) ?? null, `${left} and ${right}`).toEqual(expected);
    }
  });

  test("restores a shape from a part of it, with any symbolic dimensions", () => {
    const cut = (target: Shape) =>
      fc
        .tuple(fc.nat(target.length), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }))
        .map(([dropped, ones]) => target.map((d, i): Dim => (ones[i] ? 1 : d)).slice(dropped));
    fc.assert(
      fc.property(
        shape.chain((target) => fc.tuple(fc.constant(target), cut(target))),
        ([target, part]) => {
          expect(broadcastShapes(target, part)).toEqual(target);
          expect(broadcastShapes(part, target)).toEqual(target);
        },
      ),
    );
  });

  test("broadcasts a symbol with no count but 1", () => {
    expect(broadcastShapes(["B"], [1])).toEqual(["B"]);
    expect(broadcastShapes(["B"], [3])).toBeUndefined();
    expect(broadcastShapes(["B"], ["2*B"])).toBeUndefined();
  });
});

test("strides count the elements that follow", () => {
  expect(stridesOf([2, 3, 4])).toEqual([12, 4, 1]);
  expect(stridesOf([])).toEqual([]);
});
