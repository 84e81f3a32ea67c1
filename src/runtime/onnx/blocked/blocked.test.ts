import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { toNumbers } from "../../../tensor/dtype.js";
import * as t from "../../../tensor/index.js";
import { drawFeeds, expectClose, real, withGradients } from "../../agreement.testing.js";
import type { Backend } from "../../backend.js";
import { probeBlock } from "../../blocked-probe.js";
import type { LoweringChoices } from "../../choices.js";
import { LocalEngine } from "../../engine.js";
import { openBackend } from "../../host.js";
import { interpret } from "../../interpreter/index.js";
import { planProgram } from "../../plan.js";
import { operatorsOf as countOperators } from "../operators.testing.js";

const BLOCK = 8;

const operatorsOf = (outputs: Readonly<Record<string, t.Tensor>>) => countOperators(outputs, BLOCK);

const bias = (name: string, channels: number) =>
  t.reshape(real(name, [channels]), [channels, 1, 1]);

/** Seven 3×3 convolutions of 32 channels over [8, 32, 12, 12]. */
function stack(activate: (x: t.Tensor) => t.Tensor): t.Tensor {
  let h = real("x", [8, 32, 12, 12]);
  for (let layer = 0; layer < 7; layer++) {
    const filters = real(`filters${layer}`, [32, 32, 3, 3], -0.1, 0.1);
    h = activate(t.add(t.convolve2d(h, filters, { padding: 1 }), bias(`bias${layer}`, 32)));
  }
  return h;
}

describe("conversions between layouts", () => {
  test("occur only at the ends of a stack", () => {
    for (const activate of [
      t.relu,
      t.silu,
      t.gelu,
      t.leakyRelu,
      (x: t.Tensor) => t.mul(x, t.tanh(x)),
    ]) {
      expect(operatorsOf({ y: stack(activate) })).toMatchObject({
        "blocked Conv": 7,
        // The input of the stack, and the filters.
        "blocked ReorderInput": 1 + 7,
        "blocked ReorderOutput": 1,
      });
    }
  });

  test("in a step occur at its ends, and at the image of each filter gradient", () => {
    const loss = t.mean(t.square(stack(t.relu)));
    const filters = t
      .reachable([loss])
      .filter((node): node is t.Tensor<"input"> => node.op === "input")
      .map((node) => [node.attributes.name, node] as const);
    const gradients = t.grad(loss, Object.fromEntries(filters.filter(([name]) => name !== "x")));
    const counts = operatorsOf(gradients);
    expect(counts).toMatchObject({
      // 7 forward, 6 for the input gradients, 7 for the filter gradients.
      "blocked Conv": 20,
      // The input of the stack, 7 images with batch and channels swapped, and the filters of the first 13.
      "blocked ReorderInput": 1 + 7 + 13,
      // 6 activations and 7 filter gradients.
      "blocked ReorderOutput": 6 + 7,
    });
    expect(counts.Conv).toBeUndefined();
    // The activation is part of the convolution.
    expect(counts.Relu).toBeUndefined();
  });

  test("are not needed for the gradients of depthwise filters", () => {
    const x = real("x", [4, 16, 9, 9]);
    const filters = [real("first", [16, 1, 3, 3]), real("second", [16, 1, 3, 3])];
    const options = { groups: 16, padding: 1, stride: 2 };
    const y = t.convolve2d(t.relu(t.convolve2d(x, filters[0], options)), filters[1], options);
    const { second } = t.grad(t.sum(t.square(y)), { second: filters[1] });
    expect(operatorsOf({ second })).toMatchObject({ "blocked Conv": 3, "blocked ReorderInput": 1 });
    expect(operatorsOf({ second })["blocked ReorderOutput"]).toBeUndefined();
  });

  test("are not made for convolutions that gain no speed", () => {
    const x = real("x", [2, 6, 9, 9]);
    const few = t.convolve2d(x, real("filters", [4, 6, 3, 3]));
    expect(operatorsOf({ few })).toEqual({ Conv: 1 });
    const uneven = t.convolve2d(real("x", [2, 9, 9, 9]), real("filters", [16, 9, 3, 3]));
    expect(operatorsOf({ uneven })).toEqual({ Conv: 1 });
  });

  test("are not made if the library lacks the operators", () => {
    expect(countOperators({ y: stack(t.relu) }, undefined)).toEqual({
      Conv: 7,
      Add: 7,
      Relu: 7,
      Reshape: 7,
    });
  });

  test("do not extend over a chain that ends in the plain layout", () => {
    const y = t.convolve2d(real("x", [2, 8, 6, 6]), real("filters", [8, 8, 3, 3]));
    const other = t.exp(real("other", [2, 8, 4, 4]));
    expect(operatorsOf({ z: t.tanh(t.exp(t.mul(t.add(y, other), 2))) })).toMatchObject({
      // The image and the filters.
      "blocked ReorderInput": 2,
      "blocked ReorderOutput": 1,
    });
  });
});

interface Layer {
  readonly channels: number;
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: readonly [number, number, number, number];
  readonly groups: "one" | "two" | "depthwise";
  readonly transposed: boolean;
  readonly extra: number;
  readonly after: readonly number[];
}

const pair = (low: number, high: number) =>
  fc.tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }));

const layers = fc.array(
  fc.record<Layer>({
    channels: fc.constantFrom(1, 3, 4, 8, 8, 12, 16, 16, 20, 24),
    kernel: pair(1, 4),
    stride: fc.oneof(fc.constant([1, 1] as [number, number]), pair(1, 3)),
    dilation: fc.oneof(fc.constant([1, 1] as [number, number]), pair(1, 2)),
    padding: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
    groups: fc.constantFrom("one", "one", "one", "two", "depthwise"),
    transposed: fc.boolean(),
    extra: fc.nat(1),
    after: fc.array(fc.nat(1000), { maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Functions to put between two convolutions. `k` makes input names unique. */
const between: readonly ((x: t.Tensor, k: string) => t.Tensor)[] = [
  (x, k) => t.add(x, bias(`bias${k}`, x.shape[1] as number)),
  (x) => t.relu(x),
  (x) => t.silu(x),
  (x) => t.gelu(x),
  (x) => t.tanh(x),
  (x) => t.leakyRelu(x, 0.2),
  (x, k) => t.mul(x, t.reshape(real(`scale${k}`, [x.shape[1]]), [1, x.shape[1], 1, 1])),
  (x, k) => t.add(x, real(`mask${k}`, [1, 1, ...x.shape.slice(2)])),
  (x, k) => t.mul(x, real(`gate${k}`, [x.shape[0], x.shape[1], 1, 1])),
  (x, k) => t.add(x, real(`noise${k}`, x.shape)),
  (x, k) => t.sub(real(`image${k}`, [1, ...x.shape.slice(1)]), x),
  (x) => t.div(x, t.add(1, t.mean(t.square(x), [0, 2, 3], true))),
  (x) => t.sub(x, t.mean(x, [1, 2, 3], true)),
  (x) => t.mul(x, t.tanh(t.mul(t.sum(x, [2, 3], true), 0.02))),
  (x) => t.sub(x, t.max(x, 1, true)),
  (x) => t.concat([x, t.sin(x)], 1),
  (x) => t.sliceAxis(x, 1, { start: 0, end: Math.max(1, (x.shape[1] as number) - 8) }),
  (x) =>
    t.pad(x, [
      [0, 0],
      [0, 0],
      [1, 0],
      [0, 2],
    ]),
  (x) => t.sliceAxis(x, 3, { start: 0, end: Math.max(1, (x.shape[3] as number) - 1) }),
  (x) => t.where(t.less(x, 0.1), t.mul(x, 2), 0.5),
  (x) => t.cast(t.cast(t.less(x, 0.3), "float32"), "float32"),
  (x) => t.flip(x, 2),
];

/** Chains the layers, skipping those that do not fit the image. */
function build(batch: t.Dim, plan: readonly Layer[]): t.Tensor {
  let h = real("x", [batch, 8, 7, 6], -1, 1);
  plan.forEach((layer, index) => {
    const into = h.shape[1] as number;
    const groups = { one: 1, two: 2, depthwise: into }[layer.groups];
    const channels = layer.groups === "depthwise" ? into : layer.channels;
    if (into % groups !== 0 || channels % groups !== 0) return;
    const { kernel, stride, dilation, padding, transposed, extra } = layer;
    const sides = transposed ? [into, channels / groups] : [channels, into / groups];
    const scale = 1 / Math.sqrt((into / groups) * kernel[0] * kernel[1]);
    const filters = real(`filters${index}`, [...sides, ...kernel], -scale, scale);
    const options = { stride, dilation, padding, groups };
    try {
      const y = transposed
        ? t.convolveTransposed2d(h, filters, {
            ...options,
            outputPadding: stride.map((step) => Math.min(extra, step - 1)) as [number, number],
          })
        : t.convolve2d(h, filters, options);
      if (Math.max(...(y.shape.slice(2) as number[])) > 16) return;
      h = y;
    } catch (error) {
      if (!(error instanceof t.ShapeError)) throw error;
    }
    layer.after.forEach((kind, position) => {
      if ((h.shape[1] as number) > 48) return;
      h = between[kind % between.length](h, `${index}_${position}`);
    });
  });
  return h;
}

describe("values and gradients", () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await openBackend({ device: "cpu", threads: 1 });
  });

  async function run(
    outputs: Readonly<Record<string, t.Tensor>>,
    dims: Readonly<Record<string, number>>,
    choices: LoweringChoices,
  ) {
    const engine = new LocalEngine(backend);
    await engine.load(0, planProgram({ outputs, updates: {} }, choices));
    const feeds = drawFeeds(Object.values(outputs), dims);
    const result = await engine.run(0, { state: undefined, feeds, dims, noise: undefined });
    await engine.close();
    return result;
  }

  async function expectSame(value: t.Tensor, dims: Readonly<Record<string, number>>) {
    const outputs = withGradients(value);
    const feeds = Object.fromEntries(
      Object.entries(drawFeeds(Object.values(outputs), dims)).map(([name, feed]) => [
        name,
        toNumbers(feed),
      ]),
    );
    const expected = interpret(outputs, feeds, dims);
    for (const choices of [
      { plain: false, block: backend.block, loops: true },
      { plain: false, block: undefined, loops: true },
      { plain: true, block: undefined, loops: false },
    ]) {
      const actual = await run(outputs, dims, choices);
      for (const [name, { data }] of Object.entries(expected)) {
        const what = `${name}, ${JSON.stringify(choices)}`;
        expectClose(toNumbers(actual[name]), data, 1e-4, what);
      }
    }
  }

  test("of random stacks agree with the float64 interpreter, with blocks and without", async () => {
    const batches = fc.constantFrom<t.Dim>(1, 3, 8, 16, "B");
    await fc.assert(
      fc.asyncProperty(batches, layers, (batch, plan) => expectSame(build(batch, plan), { B: 2 })),
      { numRuns: 150, seed: 5 },
    );
  });

  test("are NaN at the same places as without blocks", async () => {
    const y = t.relu(t.convolve2d(real("x", [1, 8, 4, 4]), real("filters", [8, 8, 1, 1])));
    const outputs = { y: t.mul(t.exp(y), t.log(y)) };
    for (const block of [backend.block, undefined]) {
      const engine = new LocalEngine(backend);
      await engine.load(
        0,
        planProgram({ outputs, updates: {} }, { plain: false, block, loops: true }),
      );
      const x = new Float32Array(128).fill(1);
      x[5] = Number.NaN;
      const feeds = { x, filters: new Float32Array(64).fill(1) };
      const { y } = await engine.run(0, { state: undefined, feeds, dims: {}, noise: undefined });
      expect(toNumbers(y).map((value) => Number(Number.isNaN(value)))).toEqual(
        Float64Array.from({ length: 128 }, (_, k) => Number(k % 16 === 5)),
      );
      await engine.close();
    }
  });
});

describe("the probe", () => {
  test("finds this processor's block size", async () => {
    const { arch } = process;
    const { block } = await openBackend({ device: "cpu", threads: 1 });
    if (arch === "x64") expect([8, 16]).toContain(block);
  });

  test("finds none if sessions fail or disagree", async () => {
    const { tensor, createSession } = await openBackend({ device: "cpu", threads: 1 });
    const refuse = () => Promise.reject(new Error("no such operator"));
    expect(await probeBlock({ tensor, createSession: refuse })).toBeUndefined();
    const disagree: Backend["createSession"] = async (model) => {
      const session = await createSession(model);
      return {
        ...session,
        async run(feeds, fetches) {
          const result = await session.run(feeds, fetches);
          (fetches.actual.data as Float32Array)[7] += 0.01;
          return result;
        },
      };
    };
    expect(await probeBlock({ tensor, createSession: disagree })).toBeUndefined();
  });
});
