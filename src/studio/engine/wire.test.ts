import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeWire, encodeWire } from "./wire.js";

test("messages arrive as they were sent, typed arrays and odd numbers included", () => {
  const arrays = fc.oneof(
    fc.float32Array(),
    fc.float64Array(),
    fc.int32Array(),
    fc.uint8Array({ maxLength: 100_000 }),
  );
  const numbers = fc.oneof(fc.integer(), fc.double({ noNaN: false }));
  fc.assert(
    fc.property(arrays, numbers, fc.string(), (array, number, text) => {
      const message = { array, number, nested: [{ text }, null, [array.slice(1)]] };
      const { number: got, ...rest } = decodeWire(encodeWire(message)) as typeof message;
      const { number: sent, ...others } = message;
      expect(rest).toEqual(others);
      // JSON knows one zero.
      expect(got === sent || Object.is(got, sent)).toBe(true);
    }),
  );
});

test("a text that only looks like an array stays what it is", () => {
  const message = { $float32: 3, kept: { $other: "AAAA" } };
  expect(decodeWire(encodeWire(message))).toEqual(message);
});
