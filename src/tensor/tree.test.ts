import { expect, test } from "vitest";
import { constant } from "./tensor.js";
import { flattenTree, mapTree } from "./tree.js";

const [weight, bias, scale] = [constant(1), constant(2), constant(3)];
const tree = { encoder: { dense: { weight, bias } }, scale };

test("flattens to dotted names in the order of the keys", () => {
  expect([...flattenTree(tree)]).toEqual([
    ["encoder.dense.weight", weight],
    ["encoder.dense.bias", bias],
    ["scale", scale],
  ]);
  expect([...flattenTree(weight)]).toEqual([["", weight]]);
  expect([...flattenTree({})]).toEqual([]);
});

test("maps leaves with their names and keeps the structure", () => {
  const names: string[] = [];
  const mapped = mapTree(tree, (leaf, name) => {
    names.push(name);
    return leaf === scale ? weight : leaf;
  });
  expect(names).toEqual([...flattenTree(tree).keys()]);
  expect(mapped).toEqual({ encoder: { dense: { weight, bias } }, scale: weight });
});

test("refuses keys that could make two names equal", () => {
  expect(() => flattenTree({ "a.b": weight, a: { b: bias } })).toThrow(
    '"a.b" cannot name a tensor: keys must not be empty or contain dots',
  );
  expect(() => mapTree({ "": weight }, (leaf) => leaf)).toThrow('"" cannot name a tensor');
});
