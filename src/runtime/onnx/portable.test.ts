import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import onnxProto from "onnx-proto";
import { describe, expect, test } from "vitest";
import { toNumbers } from "../../tensor/dtype.js";
import * as t from "../../tensor/index.js";
import { drawFeeds, expectClose, real } from "../agreement.testing.js";
import { interpret } from "../interpreter/index.js";
import { loadLibrary } from "../node-library.js";
import { optimise } from "../optimise/index.js";
import { inputsOf } from "../program.js";
import { cases } from "./cases.testing.js";
import { lower } from "./lower.js";

const ort = await loadLibrary();
const dims = { B: 2 };

function exportOf(value: t.Tensor): Uint8Array {
  const { outputs } = optimise({ outputs: { value }, updates: {} });
  return lower(outputs, { mode: "portable", graphName: "case" }).model;
}

const exported = Object.entries(cases).flatMap(([op, list]) =>
  list.map((build, index) => ({ name: `${op}-${index}`, value: build("B") })),
);

describe("portable models", () => {
  test.each(exported)("$name runs on plain ONNX Runtime", async ({ value }) => {
    const session = await ort.InferenceSession.create(exportOf(value), { logSeverityLevel: 3 });
    const feeds = drawFeeds([value], dims);
    const inputs = Object.fromEntries(
      inputsOf({ outputs: { value }, updates: {} })
        .filter(({ attributes }) => session.inputNames.includes(attributes.name))
        .map(({ attributes: { name }, shape, dtype }) => [
          name,
          new ort.Tensor(dtype, feeds[name], t.bindShape(shape, dims)),
        ]),
    );
    const result = await session.run(inputs);
    const numbers = Object.fromEntries(
      Object.entries(feeds).map(([name, feed]) => [name, toNumbers(feed)]),
    );
    const expected = interpret({ value }, numbers, dims).value.data;
    const { data } = result.value;
    expectClose(toNumbers(data as Float32Array), expected, 2e-5, "value");
    await session.release();
  });

  const hasOnnx = spawnSync("/usr/bin/python3", ["-c", "import onnx"]).status === 0;

  test.skipIf(!hasOnnx)("pass the checker of python3-onnx", () => {
    const folder = mkdtempSync(join(tmpdir(), "figment-onnx-"));
    try {
      for (const { name, value } of exported) {
        writeFileSync(join(folder, `${name}.onnx`), exportOf(value));
      }
      const check =
        "import onnx, pathlib, sys\n" +
        "for path in pathlib.Path(sys.argv[1]).iterdir(): onnx.checker.check_model(str(path), full_check=True)";
      execFileSync("/usr/bin/python3", ["-c", check, folder], { stdio: "pipe" });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("use standard operators only, and keep the given names", () => {
    const x = real("pixels", ["B", 3, 4]);
    const weight = t.input("dense.weight", [5, 4], "float32", { kind: "state" });
    const { model } = lower(
      { codes: t.matmul(x, weight, { transposeB: true }) },
      {
        mode: "portable",
        graphName: "encoder",
        fixed: new Map([["dense.weight", new Float32Array(20)]]),
        metadata: { model: "vae" },
      },
    );
    const { graph, opsetImport, metadataProps } = onnxProto.onnx.ModelProto.decode(model);
    expect(opsetImport.map(({ domain }) => domain)).toEqual([""]);
    expect(graph?.input?.map(({ name }) => name)).toEqual(["pixels"]);
    expect(graph?.input?.[0].type?.tensorType?.shape?.dim?.[0].dimParam).toBe("B");
    expect(graph?.output?.map(({ name }) => name)).toEqual(["codes"]);
    expect(graph?.initializer?.map(({ name }) => name)).toContain("dense.weight");
    expect(metadataProps).toMatchObject([{ key: "model", value: "vae" }]);
  });
});
