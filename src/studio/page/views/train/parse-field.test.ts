import { expect, test } from "vitest";
import { parseField } from "./parse-field.js";

const whole = { kind: "whole", least: 1, most: 10, choices: null } as const;

test.each([
  ["3", { value: 3 }],
  ["", { problem: { wants: "number" } }],
  ["x", { problem: { wants: "number" } }],
  ["2.5", { problem: { wants: "whole" } }],
  ["0", { problem: { wants: "least", limit: 1 } }],
  ["11", { problem: { wants: "most", limit: 10 } }],
])("a whole number from 1 to 10: %j", (text, parsed) => {
  expect(parseField(whole, text)).toEqual(parsed);
});

test("lists, switches and texts", () => {
  const limits = { least: null, most: null, choices: null };
  expect(parseField({ ...limits, kind: "list" }, "400, 200")).toEqual({ value: [400, 200] });
  expect(parseField({ ...limits, kind: "list" }, "a")).toEqual({ problem: { wants: "list" } });
  expect(parseField({ ...limits, kind: "switch" }, "false")).toEqual({ value: false });
  expect(parseField({ ...limits, kind: "text" }, "cosine")).toEqual({ value: "cosine" });
});
