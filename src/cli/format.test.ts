import { expect, test } from "vitest";
import { fact } from "./format.js";

test.each([
  [2000, "2,000"],
  [0.8, "0.8"],
  [1.5, "1.5"],
  ["none", "none"],
])("an entry of a protocol says what it is: %s", (value, text) => {
  expect(fact(value)).toBe(text);
});
