import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as t from "../tensor/index.js";
import { openDevice } from "./device.js";
import { DeviceError, ProgramError } from "./errors.js";
import type { Device, GroupSpec, Program, State } from "./program.js";
import { stream } from "./random.js";

const GROUPS: readonly GroupSpec[] = [
  {
    name: "p",
    dtype: "float32",
    slots: [
      { name: "a", shape: [2, 2] },
      { name: "b", shape: [3] },
    ],
  },
  { name: "count", dtype: "int64", slots: [{ name: "n", shape: [] }] },
];

const stored = (name: string, shape: t.Shape, dtype: t.DType = "float32") =>
  t.input(name, shape, dtype, { kind: "state" });
const noise = (name: string, shape: t.Shape) =>
  t.input(name, shape, "float32", { kind: "noise", distribution: "normal" });

describe("a device", () => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice({ host: "inline", threads: 1 });
  });
  afterAll(() => device.close());

  const compile = (program: Partial<Program>) =>
    device.compile({ outputs: {}, updates: {}, ...program });

  async function newState(): Promise<State> {
    const state = await device.allocate(GROUPS);
    const p = new Map([
      ["p.a", Float32Array.of(1, 2, 3, 4)],
      ["p.b", Float32Array.of(5, 6, 7)],
    ]);
    await state.write(p);
    return state;
  }

  const read = async (state: State, name: string) => (await state.read()).get(name);

  describe("state", () => {
    test("is read whole or by slot, and written by group", async () => {
      const state = await newState();
      const whole = stored("p", [7]);
      const a = stored("p.a", [2, 2]);
      const run = await compile({
        outputs: { a: t.mul(a, 10) },
        updates: { p: t.add(whole, t.sum(a)) },
      });
      expect((await run.run({ state })).a).toEqual(Float32Array.of(10, 20, 30, 40));
      expect(await read(state, "p.b")).toEqual(Float32Array.of(15, 16, 17));
      await run.run({ state });
      expect(await read(state, "p.a")).toEqual(Float32Array.of(61, 62, 63, 64));
    });

    test("is updated slot by slot from the values before the run", async () => {
      const state = await newState();
      const [a, b] = [stored("p.a", [2, 2]), stored("p.b", [3])];
      const swap = await compile({
        updates: { "p.a": t.add(a, t.sum(b)), "p.b": t.add(b, t.sum(a)) },
      });
      await swap.run({ state });
      expect(await read(state, "p.a")).toEqual(Float32Array.of(19, 20, 21, 22));
      expect(await read(state, "p.b")).toEqual(Float32Array.of(15, 16, 17));
      const one = await compile({ updates: { "p.b": t.neg(b) } });
      await one.run({ state });
      expect(await read(state, "p.a")).toEqual(Float32Array.of(19, 20, 21, 22));
      expect(await read(state, "p.b")).toEqual(Float32Array.of(-15, -16, -17));
    });

    test("may be replaced by a feed, by a constant, or by itself", async () => {
      const state = await newState();
      const run = await compile({
        updates: {
          "p.a": t.input("x", [2, 2]),
          "p.b": t.full([3], 9),
          "count.n": stored("count.n", [], "int64"),
        },
      });
      await run.run({ state, feeds: { x: Float32Array.of(4, 3, 2, 1) } });
      expect(await read(state, "p.a")).toEqual(Float32Array.of(4, 3, 2, 1));
      expect(await read(state, "p.b")).toEqual(Float32Array.of(9, 9, 9));
      expect(await read(state, "count.n")).toEqual(BigInt64Array.of(0n));
    });

    test("counts in int64", async () => {
      const state = await newState();
      const n = stored("count.n", [], "int64");
      const run = await compile({ updates: { "count.n": t.add(n, 1) } });
      for (let step = 0; step < 3; step++) await run.run({ state });
      expect(await read(state, "count.n")).toEqual(BigInt64Array.of(3n));
    });

    test("is read as copies", async () => {
      const state = await newState();
      const values = await state.read(["p"]);
      expect([...values.keys()]).toEqual(["p.a", "p.b"]);
      values.get("p.a")!.fill(0 as never);
      expect(await read(state, "p.a")).toEqual(Float32Array.of(1, 2, 3, 4));
    });

    test("is unchanged when a write or a run fails", async () => {
      const state = await newState();
      const bad = new Map([
        ["p.a", new Float32Array(4)],
        ["p.b", new Float32Array(4)],
      ]);
      await expect(state.write(bad)).rejects.toThrow(
        '"p.b" is float32 [3]: it needs a Float32Array of 3',
      );
      const whole = stored("p", [7]);
      const picked = t.gather(whole, t.input("i", [1], "int64"));
      const run = await compile({ updates: { p: t.add(whole, picked) } });
      await expect(run.run({ state, feeds: { i: BigInt64Array.of(99n) } })).rejects.toThrow(
        "the run failed",
      );
      expect(await read(state, "p.a")).toEqual(Float32Array.of(1, 2, 3, 4));
    });

    test("must fit the program", async () => {
      const state = await newState();
      const run = (program: Partial<Program>) =>
        compile(program).then((executable) => executable.run({ state }));
      await expect(run({ outputs: { y: t.neg(stored("p.a", [4])) } })).rejects.toThrow(
        'uses "p.a" as float32 [4], but the state has it as float32 [2, 2]',
      );
      await expect(run({ outputs: { y: t.neg(stored("q", [4])) } })).rejects.toThrow(
        'no group or slot "q"; its groups are p, count',
      );
      await expect(
        run({ updates: { p: t.neg(stored("p", [7])), "p.b": t.neg(stored("p.b", [3])) } }),
      ).rejects.toThrow('both "p" as a whole and one of its slots');
      await expect(
        (await compile({ outputs: { y: t.neg(stored("p", [7])) } })).run({}),
      ).rejects.toThrow("needs a state with p");
      await expect(compile({ updates: { "p.a": t.neg(t.input("x", ["B"])) } })).rejects.toThrow(
        'the update of "p.a" has the symbolic shape [B]',
      );
    });

    test("needs no new memory for another update", async () => {
      const size = 1 << 20;
      const state = await device.allocate([
        { name: "large", dtype: "float32", slots: [{ name: "x", shape: [size] }] },
      ]);
      const large = stored("large", [size]);
      const run = await compile({ updates: { large: t.add(large, 1) } });
      await run.run({ state });
      const before = process.memoryUsage().arrayBuffers;
      for (let turn = 0; turn < 3; turn++) await run.run({ state });
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(size * 4);
      expect((await read(state, "large.x"))?.[size - 1]).toBe(4);
    });
  });

  describe("noise", () => {
    test("is drawn from the stream of the input's name, the seed and the step", async () => {
      const run = await compile({ outputs: { eps: t.mul(noise("eps", [5]), 1) } });
      const { eps } = await run.run({ noise: { seed: 3, step: 8 } });
      const expected = new Float32Array(5);
      stream(3, "eps", 8).normal(expected);
      expect(eps).toEqual(expected);
    });

    test("is the same for an item in any batch", async () => {
      for (const shape of [
        ["B", 3],
        ["2*B", 3],
      ]) {
        const run = await compile({ outputs: { eps: t.mul(noise("eps", shape), 1) } });
        const all = await run.run({ dims: { B: 6 }, noise: { seed: 1 } });
        const part = await run.run({ dims: { B: 2 }, noise: { seed: 1, first: 3 } });
        const perItem = all.eps.length / 6;
        expect(part.eps).toEqual(all.eps.slice(3 * perItem, 5 * perItem));
      }
    });

    test("needs a seed", async () => {
      const run = await compile({ outputs: { eps: noise("eps", [5]) } });
      await expect(run.run({})).rejects.toThrow(
        'the input "eps" is noise, but the run has no seed',
      );
    });
  });

  describe("feeds", () => {
    const x = t.input("x", ["B", 3]);
    const double = () => compile({ outputs: { y: t.mul(x, 2) } });

    test("bind the symbolic dimensions at each run", async () => {
      const run = await double();
      for (const count of [2, 5, 1]) {
        const { y } = await run.run({ feeds: { x: new Float32Array(3 * count).fill(1) } });
        expect(y).toEqual(new Float32Array(3 * count).fill(2));
      }
    });

    test("are checked by name, type and length", async () => {
      const run = await double();
      await expect(run.run({ dims: { B: 1 } })).rejects.toThrow(
        'the input "x" is float32 [B, 3], but it was not fed',
      );
      await expect(run.run({ dims: { B: 1 }, feeds: { x: new Float64Array(3) } })).rejects.toThrow(
        "it needs a Float32Array, not a Float64Array",
      );
      await expect(run.run({ dims: { B: 1 }, feeds: { x: [1, 2, 3] as never } })).rejects.toThrow(
        "not a plain array",
      );
      await expect(run.run({ dims: { B: 2 }, feeds: { x: new Float32Array(3) } })).rejects.toThrow(
        "here [2, 3]: it needs 6 elements, not 3",
      );
      await expect(run.run({ feeds: { x: new Float32Array(4) } })).rejects.toThrow(ProgramError);
      await expect(run.run({ dims: { B: 1.5 } })).rejects.toThrow(
        'the dimension "B" must be a whole number, not 1.5',
      );
    });

    test("are checked for inputs that no result depends on, too", async () => {
      const run = await compile({ outputs: { y: t.sub(x, t.sub(x, 0)), z: t.axisSize(x, 1) } });
      await expect(run.run({ dims: { B: 1 } })).rejects.toThrow("it was not fed");
    });

    test("may include inputs that the program does not read", async () => {
      const run = await double();
      const feeds = { x: new Float32Array(3), other: new Float32Array(1) };
      expect((await run.run({ feeds })).y.length).toBe(3);
    });

    test("must have one declaration, or several that agree", async () => {
      await expect(
        compile({ outputs: { y: t.add(t.input("x", [2]), t.sum(t.input("x", [3]))) } }),
      ).rejects.toThrow('"x" is declared as feed float32 [2] and as feed float32 [3]');
    });
  });

  test("computes a shape from a symbol that only the caller can bind", async () => {
    const run = await compile({ outputs: { y: t.broadcastTo(t.constant([1, 2]), ["B", 2]) } });
    expect((await run.run({ dims: { B: 2 } })).y).toEqual(Float32Array.of(1, 2, 1, 2));
    await expect(run.run({})).rejects.toThrow('cannot infer the dimension "B"');
  });

  test("returns results that later runs do not change", async () => {
    const run = await compile({ outputs: { y: t.mul(t.input("x", [2]), 2) } });
    const { y } = await run.run({ feeds: { x: Float32Array.of(1, 2) } });
    await run.run({ feeds: { x: Float32Array.of(3, 4) } });
    expect(y).toEqual(Float32Array.of(2, 4));
  });

  test("returns one result under several names, and inputs and constants as results", async () => {
    const x = t.input("x", [2]);
    const y = t.mul(x, 2);
    const run = await compile({ outputs: { y, again: y, x, one: t.constant(1) } });
    const result = await run.run({ feeds: { x: Float32Array.of(1, 2) } });
    expect(result).toEqual({
      y: Float32Array.of(2, 4),
      again: Float32Array.of(2, 4),
      x: Float32Array.of(1, 2),
      one: Float32Array.of(1),
    });
  });

  test("answers calls in order, whether they succeed or fail", async () => {
    const state = await newState();
    const n = stored("count.n", [], "int64");
    const run = await compile({ outputs: { n: t.add(n, 0) }, updates: { "count.n": t.add(n, 1) } });
    const results = await Promise.allSettled([
      run.run({ state }),
      run.run({}),
      run.run({ state }),
      run.run({ state }),
    ]);
    expect(results.map((result) => result.status === "fulfilled" && result.value.n[0])).toEqual([
      0n,
      false,
      1n,
      2n,
    ]);
  });

  test("refuses programs and states that are released or belong to another device", async () => {
    const state = await newState();
    const run = await compile({ outputs: { y: t.neg(stored("p", [7])) } });
    const other = await openDevice({ host: "inline", threads: 1 });
    await expect(run.run({ state: await other.allocate(GROUPS) })).rejects.toThrow(
      "another device",
    );
    await other.close();
    await state.release();
    await expect(run.run({ state })).rejects.toThrow("the state has been released");
    await run.release();
    await expect(run.run({})).rejects.toThrow("the program has been released");
  });

  test("says which float64 operators the library lacks", async () => {
    await expect(compile({ outputs: { y: t.erf(t.input("x", [2], "float64")) } })).rejects.toThrow(
      "no float64 erf",
    );
  });
});

describe("opening a device", () => {
  test("refuses invalid thread counts and devices that do not exist", async () => {
    await expect(openDevice({ host: "inline", threads: 0 })).rejects.toThrow(DeviceError);
    await expect(openDevice({ host: "inline", device: "tpu" as never })).rejects.toThrow(
      /no tpu device on .* only cpu/,
    );
  });
});

describe("determinism", () => {
  /** Three steps of gradient descent on a small convolutional network. */
  async function trained(threads: number): Promise<Map<string, t.HostArray>> {
    const device = await openDevice({ host: "inline", threads });
    const groups: GroupSpec[] = [
      {
        name: "w",
        dtype: "float32",
        slots: [
          { name: "conv", shape: [16, 1, 3, 3] },
          { name: "dense", shape: [3136, 200] },
        ],
      },
    ];
    const weights = {
      conv: stored("w.conv", [16, 1, 3, 3]),
      dense: stored("w.dense", [3136, 200]),
    };
    const x = noise("x", [64, 1, 28, 28]);
    const h = t.maxPool2d(t.relu(t.convolve2d(x, weights.conv, { padding: 1 })), { kernel: 2 });
    const loss = t.mean(t.square(t.softplus(t.matmul(t.flatten(h), weights.dense))));
    const gradient = t.grad(loss, weights);
    const step = await device.compile({
      outputs: { loss },
      updates: {
        "w.conv": t.sub(weights.conv, t.mul(gradient.conv, 0.1)),
        "w.dense": t.sub(weights.dense, t.mul(gradient.dense, 0.1)),
      },
    });
    const state = await device.allocate(groups);
    const first = new Map(
      groups[0].slots.map(({ name, shape }) => {
        const values = new Float32Array(t.elementCount(shape));
        stream(0, name).normal(values);
        return [`w.${name}`, values.map((value) => value / 20)];
      }),
    );
    await state.write(first);
    for (let index = 0; index < 3; index++)
      await step.run({ state, noise: { seed: 5, step: index } });
    const result = await state.read();
    await device.close();
    return result;
  }

  test("gives the same bits in every run, with one thread or two", async () => {
    const [once, again, parallel] = [await trained(1), await trained(1), await trained(2)];
    expect(again).toEqual(once);
    expect(parallel).toEqual(once);
  });
});
