import onnxProto from "onnx-proto";
import { afterEach, describe, expect, test, vi } from "vitest";
import * as t from "../tensor/index.js";
import { choicesFor } from "./choices.js";
import { planProgram } from "./plan.js";

describe("FIGMENT_ENGINE", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test("plain keeps the program as written, in standard operators", () => {
    const x = t.input("x", [8, 8, 6, 6]);
    const filters = t.input("filters", [8, 8, 3, 3]);
    const y = t.relu(t.neg(t.neg(t.convolve2d(x, filters, { padding: 1 }))));
    const outputs = { y, ...t.grad(t.sum(t.softplus(y)), { filters }) };
    vi.stubEnv("FIGMENT_ENGINE", "plain");
    const { model } = planProgram({ outputs, updates: {} }, choicesFor({ kind: "cpu", block: 8 }));
    const { graph, opsetImport } = onnxProto.onnx.ModelProto.decode(model);
    expect(opsetImport.map(({ domain }) => domain)).toEqual([""]);
    const operators = graph!.node!.map(({ opType }) => opType);
    expect(operators.slice(0, 4)).toEqual(["Conv", "Neg", "Neg", "Relu"]);
  });

  test("is fast by default", () => {
    vi.stubEnv("FIGMENT_ENGINE", undefined);
    expect(choicesFor({ kind: "cpu", block: 8 })).toEqual({ plain: false, block: 8, loops: true });
  });
});
