import { expect, test } from "vitest";
import { brief, printable, printableLines } from "./printable.js";

test("spells out what a terminal would obey, and nothing else", () => {
  expect(printable("\u001b[31mred\u0007\u009b1m\u202eabc\n")).toBe(
    "\\u001b[31mred\\u0007\\u009b1m\\u202eabc\\u000a",
  );
  expect(printableLines("one\n\ttwo\r\u001b[2J")).toBe("one\n\ttwo\\u000d\\u001b[2J");
  expect(printable("ünï – 像 🙂")).toBe("ünï – 像 🙂");
});

test("cuts a long value, and shows a short one whole", () => {
  expect(brief([2, 3])).toBe("[2,3]");
  expect(brief("a\u009b")).toBe('"a\\u009b"');
  expect(brief(undefined)).toBe("undefined");
  expect(brief(new Array(1e6).fill(1))).toBe(`[${"1,".repeat(39)}1…`);
});
