import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadDataset, openDevice, trainModel } from "../src/index.js";
import { expectAgreement, withGradients } from "../src/runtime/agreement.testing.js";
import type { Device, GroupSpec } from "../src/runtime/index.js";
import { cases } from "../src/runtime/onnx/cases.testing.js";
import * as t from "../src/tensor/index.js";
import { useSoftwareVulkan } from "./software-vulkan.js";

const run = promisify(execFile);
const missing = useSoftwareVulkan();

/** Static batches run only on request: they lower to the same operators and double the time. */
const batches: readonly t.Dim[] = process.env.FIGMENT_WEBGPU_ALL ? [3, "B"] : ["B"];

describe.skipIf(missing !== undefined)(`WebGPU (${missing ?? "software driver"})`, () => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice({ device: "webgpu", host: "inline" });
  });
  afterAll(() => device.close());

  describe("operators and their gradients agree with the float64 interpreter", () => {
    for (const [op, list] of Object.entries(cases)) {
      test.each(list.map((build, index) => [index, build] as const))(
        `${op}, case %i`,
        async (_, build) => {
          for (const batch of batches) {
            await expectAgreement(device, withGradients(build(batch)), { B: 2 });
          }
        },
      );
    }
  });

  describe("state on the device", () => {
    const GROUP: GroupSpec = {
      name: "p",
      dtype: "float32",
      slots: [
        { name: "a", shape: [2, 2] },
        { name: "b", shape: [3] },
      ],
    };
    const whole = t.input("p", [7], "float32", { kind: "state" });
    const a = t.input("p.a", [2, 2], "float32", { kind: "state" });
    const compile = (outputs: Record<string, t.Tensor>, updates: Record<string, t.Tensor>) =>
      device.compile({ outputs, updates });

    async function newState() {
      const state = await device.allocate([GROUP]);
      const p = [
        ["p.a", Float32Array.of(1, 2, 3, 4)],
        ["p.b", Float32Array.of(5, 6, 7)],
      ] as const;
      await state.write(new Map(p));
      return state;
    }

    test("is written as a whole, read by slot, and the reverse", async () => {
      const state = await newState();
      const grow = await compile({ a: t.mul(a, 1) }, { p: t.mul(whole, 2) });
      const turn = await compile({}, { "p.a": t.neg(a) });
      expect((await grow.run({ state })).a).toEqual(Float32Array.of(1, 2, 3, 4));
      expect((await grow.run({ state })).a).toEqual(Float32Array.of(2, 4, 6, 8));
      await turn.run({ state });
      expect((await grow.run({ state })).a).toEqual(Float32Array.of(-4, -8, -12, -16));
      const values = await state.read();
      expect(values.get("p.a")).toEqual(Float32Array.of(-8, -16, -24, -32));
      expect(values.get("p.b")).toEqual(Float32Array.of(40, 48, 56));
      await state.write(new Map([["p.b", Float32Array.of(0, 0, 1)]]));
      await grow.run({ state });
      expect((await state.read()).get("p.a")).toEqual(Float32Array.of(-16, -32, -48, -64));
      expect((await state.read()).get("p.b")).toEqual(Float32Array.of(0, 0, 2));
    });

    test("outlives the program that computed it", async () => {
      const state = await newState();
      const grow = await compile({}, { p: t.mul(whole, 2) });
      await grow.run({ state });
      await grow.release();
      expect((await state.read()).get("p.b")).toEqual(Float32Array.of(10, 12, 14));
      const look = await compile({ a: t.add(a, 1) }, {});
      expect((await look.run({ state })).a).toEqual(Float32Array.of(3, 5, 7, 9));
      await state.release();
    });
  });

  test.each(["mlp", "conv"])("a %s VAE learns digits as on the CPU", async (architecture) => {
    const images = await loadDataset("digits");
    const cpu = await openDevice({ device: "cpu", host: "inline" });
    const losses = async (where: Device) => {
      const found: number[] = [];
      const model = await trainModel({
        model: "vae",
        images,
        device: where,
        config: { architecture, latent: 4 },
        training: { steps: 4, batchSize: 32 },
        binarisation: { mode: "fixed", seed: 0 },
        validation: 0,
        seed: 3,
        onProgress: ({ metrics }) => found.push(metrics.loss),
      });
      await model.release();
      return found;
    };
    const expected = await losses(cpu);
    await cpu.close();
    const actual = await losses(device);
    // Float32 sums in another order differ by 1e-6 here, and Adam's first steps amplify that.
    actual.forEach((loss, step) => {
      expect(Math.abs(loss / expected[step] - 1), `step ${step}`).toBeLessThan(1e-4);
    });
    expect(actual.length).toBe(4);
  });

  test("`auto` stays with the CPU, which a software driver does not beat, and says why", async () => {
    const module = new URL("../dist/runtime/index.js", import.meta.url).href;
    const code = `import { openDevice } from ${JSON.stringify(module)};
      const { kind, description, close } = await openDevice();
      console.log(kind, description);
      await close();`;
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", code]);
    expect(stdout).toMatch(/^cpu .*: on webgpu a test product takes .* as long/);
  });
});

test("without a driver `webgpu` says what to install", async () => {
  const module = new URL("../dist/runtime/index.js", import.meta.url).href;
  const code = `import { openDevice } from ${JSON.stringify(module)};
    await openDevice({ device: "webgpu" }).catch(({ name, message }) => console.log(name, message));`;
  const env = { ...process.env, VK_ICD_FILENAMES: "/nowhere.json" };
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", code], { env });
  if (process.platform === "linux") expect(stdout).toMatch(/^DeviceError .*install.*device "cpu"/);
});
