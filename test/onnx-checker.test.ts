import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportModel, loadModel } from "../src/core/index.js";
import { exampleParts } from "../src/core/model.js";
import { initialValues, variablesOf, weightsAmong } from "../src/core/state.js";
import { models } from "../src/models/index.js";
import { type Device, openDevice } from "../src/runtime/index.js";

const python = "/usr/bin/python3";
const run = promisify(execFile);
const found = await run(python, ["-c", "import onnx; print(onnx.__version__)"]).then(
  ({ stdout }) => stdout.trim(),
  () => undefined,
);

const CHECK = `
import sys, onnx
for path in sys.argv[1:]:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    domains = {entry.domain for entry in model.opset_import}
    assert domains == {""}, f"{path} uses the operator sets {domains}"
    batch = [v.type.tensor_type.shape.dim[0].dim_param for v in model.graph.input]
    assert all(batch), f"{path} has an input without a symbolic batch dimension"
    print(path.rsplit("/", 1)[1])
`;

let device: Device;
let folder: string;
beforeAll(async () => {
  device = await openDevice({ host: "inline" });
  folder = await mkdtemp(join(tmpdir(), "figment-onnx-"));
});
afterAll(async () => {
  await device.close();
  await rm(folder, { recursive: true, force: true });
});

test.skipIf(found === undefined)(
  `every export passes the checker of onnx ${found} (Debian's python3-onnx)`,
  async () => {
    // So small that even a table of all images fits in memory.
    const small = { channels: 1, height: 4, width: 3, binary: true, levels: 2, annotations: {} };
    for (const definition of models) {
      const traits = definition.example ?? small;
      const config = definition.config.parse({});
      const parts = exampleParts(definition, traits);
      const variables = weightsAmong(variablesOf(definition.build(config, traits, parts), traits));
      const model = await loadModel(
        definition,
        config,
        traits,
        device,
        initialValues(variables, 0),
        parts,
      );
      const files = await exportModel(model, { name: definition.id, facts: {}, scores: [] });
      for (const [name, bytes] of files) {
        if (name.endsWith(".onnx")) {
          await writeFile(join(folder, `${definition.id}.${name}`), bytes);
        }
      }
      await model.release();
    }
    const names = await readdir(folder);
    const { stdout } = await run(python, ["-c", CHECK, ...names.map((name) => join(folder, name))]);
    expect(stdout.trim().split("\n").sort()).toEqual(names.sort());
    expect(names.length).toBeGreaterThan(0);
  },
);
