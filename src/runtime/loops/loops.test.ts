import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as t from "../../tensor/index.js";
import { openDevice } from "../device.js";
import { interpret } from "../interpreter/index.js";
import { optimise } from "../optimise/index.js";
import { planProgram } from "../plan.js";
import type { Device, GroupSpec, Program, State } from "../program.js";
import { stream } from "../random.js";

/** Long enough for loops, and no multiple of what a loop takes at a time. */
const LENGTH = 4099;

const state = (name: string, shape: readonly number[] = [LENGTH]) =>
  t.input(name, shape, "float32", { kind: "state" });
const feed = (name: string, shape: readonly number[] = [LENGTH]) => t.input(name, shape);
const group = (name: string, ...slots: (readonly number[])[]): GroupSpec => ({
  name,
  dtype: "float32",
  slots: slots.map((shape, at) => ({ name: `s${at}`, shape })),
});

function uniform(name: string, length = LENGTH): Float32Array<ArrayBuffer> {
  const values = new Float32Array(length);
  stream(0, name).uniform(values);
  return values;
}

const planOf = (program: Program) =>
  planProgram(program, { plain: false, block: undefined, loops: true });
const loopsOf = (program: Program) => planOf(program).loops;

describe("updates of state as loops", () => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice({ host: "inline", threads: 1 });
  });
  afterAll(() => device.close());

  async function stateOf(groups: readonly GroupSpec[]): Promise<State> {
    const allocated = await device.allocate(groups);
    const lengths = groups.flatMap(({ name, slots }) =>
      slots.map((slot) => [`${name}.${slot.name}`, t.elementCount(slot.shape)] as const),
    );
    await allocated.write(new Map(lengths.map(([name, length]) => [name, uniform(name, length)])));
    return allocated;
  }

  /** The values of groups as a whole and of their slots. */
  async function valuesOf(on: State): Promise<Record<string, Float32Array>> {
    const values = Object.fromEntries(await on.read()) as Record<string, Float32Array>;
    for (const { name, slots } of on.groups) {
      values[name] = Float32Array.from(
        slots.flatMap((slot) => [...values[`${name}.${slot.name}`]]),
      );
    }
    return values;
  }

  /** What the interpreter computes from the state as it is, each operator rounded to float32. */
  async function expected(program: Program, on: State, feeds: Record<string, Float32Array>) {
    const { updates } = optimise(program);
    const values = { ...feeds, ...(await valuesOf(on)) };
    const results = interpret(Object.values(updates), values, {}, { precision: "declared" });
    return Object.fromEntries(
      Object.keys(updates).map((name, at) => [name, Float32Array.from(results[at].data)]),
    );
  }

  /** Runs a program twice and compares every bit with the interpreter. */
  async function check(program: Program, groups: readonly GroupSpec[], feeds = {}) {
    const run = await device.compile(program);
    const on = await stateOf(groups);
    for (let turn = 0; turn < 2; turn++) {
      const want = await expected(program, on, feeds);
      await run.run({ state: on, feeds });
      const values = await valuesOf(on);
      for (const [name, data] of Object.entries(want)) expect(values[name], name).toEqual(data);
    }
  }

  test.each([0, 1, 2, 3, 4, 5, 6, 7])("are exact for 4096 + %i elements", async (more) => {
    const shape = [4096 + more];
    const [p, m, g] = [state("p", shape), state("m", shape), feed("g", shape)];
    const decayed = t.add(t.mul(m, 0.9), g);
    const rate = feed("rate", []);
    const step = t.div(t.mul(decayed, rate), t.add(t.sqrt(t.abs(p)), 1e-3));
    const program = { outputs: {}, updates: { p: t.sub(p, step), m: t.neg(decayed) } };
    expect(loopsOf(program)).toHaveLength(1);
    await check(program, [group("p", shape), group("m", shape)], {
      g: uniform("g", 4096 + more),
      rate: Float32Array.of(0.3),
    });
  });

  test("of random arithmetic are exact", async () => {
    const operators = [t.add, t.sub, t.mul, t.div];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: 1, maxLength: 12 }),
        fc.nat(),
        async (choices, last) => {
          const [p, q] = [state("p"), state("q")];
          const scalar = feed("scalar", []);
          const largest = t.max(t.mul(p, feed("g")));
          const values: t.Tensor[] = [p, q, feed("g"), scalar, largest, t.constant(0.7)];
          for (const [operator, left, right] of choices) {
            const pick = (at: number) => values[at % values.length];
            values.push(operators[operator % operators.length](pick(left), pick(right)));
          }
          const long = values.filter(({ shape }) => shape.length === 1);
          const program = {
            outputs: { largest },
            updates: { p: long[last % long.length], q: long[long.length - 1] },
          };
          await check(program, [group("p", [LENGTH]), group("q", [LENGTH])], {
            g: uniform("g"),
            scalar: Float32Array.of(1.25),
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  test("take a concatenation in pieces", async () => {
    const [w, b] = [feed("w", [64, 64]), feed("b", [3])];
    const gradient = t.concat([t.reshape(t.mul(w, 2), [-1]), t.neg(b)], 0);
    const program = { outputs: {}, updates: { p: t.sub(state("p"), t.mul(gradient, 0.1)) } };
    const plan = planOf(program);
    expect(plan.loops.map(({ computed }) => computed.map((pieces) => pieces.length))).toEqual([
      [2],
    ]);
    expect(plan.operators).toBe(2);
    await check(program, [group("p", [LENGTH])], {
      w: uniform("w", 4096),
      b: uniform("b", 3),
    });
  });

  test("leave to the model what an output needs", async () => {
    const p = state("p");
    const moved = t.sub(p, t.mul(feed("g"), 0.1));
    const program = { outputs: { norm: t.sum(t.square(moved)) }, updates: { p: moved } };
    expect(loopsOf(program)).toEqual([]);
    await check(program, [group("p", [LENGTH])], { g: uniform("g") });
  });

  test("see the state as it was before the run", async () => {
    const [p, q, r] = [state("p"), state("q"), state("r")];
    const program = {
      outputs: { largest: t.max(p) },
      updates: {
        p: t.add(q, 1),
        q: t.mul(p, 2),
        // Not arithmetic, so the model computes it.
        r: t.maximum(r, 0.5),
        average: t.add(state("average"), t.mul(r, 0.5)),
      },
    };
    const groups = ["p", "q", "r", "average"].map((name) => group(name, [LENGTH]));
    expect(loopsOf(program).map((loop) => loop.state.map(({ name }) => name))).toEqual([
      ["p", "q"],
      ["r", "average"],
    ]);
    await check(program, groups);
  });

  test("of a slot leave its neighbours alone", async () => {
    const slot = state("p.s1", [LENGTH]);
    const outputs = { largest: t.max(slot) };
    const program = { outputs, updates: { "p.s1": t.mul(slot, 3) } };
    expect(loopsOf(program)).toHaveLength(1);
    const run = await device.compile(program);
    const on = await stateOf([group("p", [3], [LENGTH], [5])]);
    const before = await on.read();
    await run.run({ state: on });
    const after = await on.read();
    expect(after.get("p.s1")).toEqual(
      (before.get("p.s1") as Float32Array).map((value) => 3 * value),
    );
    expect(after.get("p.s0")).toEqual(before.get("p.s0"));
    expect(after.get("p.s2")).toEqual(before.get("p.s2"));
  });

  test("of a group whose slot another loop reads are left to the model", async () => {
    const program = {
      outputs: {},
      updates: {
        p: t.mul(state("p", [LENGTH + 1]), 2),
        q: t.add(state("q"), state("p.s0")),
      },
    };
    expect(loopsOf(program)).toEqual([]);
    await check(program, [group("p", [LENGTH], [1]), group("q", [LENGTH])]);
  });

  test("of several programs share state, also with one that the model updates", async () => {
    const [p, q] = [state("p"), state("q")];
    const outputs = { largest: t.max(p) };
    const programs: Program[] = [
      { outputs, updates: { p: t.add(p, 1) } },
      { outputs, updates: { q: t.mul(q, outputs.largest) } },
      { outputs, updates: { p: t.maximum(t.neg(p), 0.25) } },
      { outputs, updates: { p: t.sub(p, q), q: t.mul(p, 0.5) } },
    ];
    expect(programs.map((program) => loopsOf(program).length)).toEqual([1, 1, 0, 1]);
    const runs = await Promise.all(programs.map((program) => device.compile(program)));
    const on = await stateOf([group("p", [LENGTH]), group("q", [LENGTH])]);
    for (const at of [0, 1, 0, 3, 2, 0, 1, 2, 3, 1, 3, 0]) {
      const want = await expected(programs[at], on, {});
      await runs[at].run({ state: on });
      const values = await valuesOf(on);
      for (const [name, data] of Object.entries(want)) {
        expect(values[name], `${name} by program ${at}`).toEqual(data);
      }
    }
  });

  test("are as many as a program has", async () => {
    const names = Array.from({ length: 130 }, (_, at) => `p${at}`);
    const vectors = names.map((name) => [name, t.mul(state(name, [4096]), 2)] as const);
    const program = {
      outputs: { largest: t.max(feed("g")) },
      updates: Object.fromEntries(vectors),
    };
    expect(loopsOf(program)).toHaveLength(130);
    const groups = names.map((name) => group(name, [4096]));
    await check(program, groups, { g: uniform("g") });
  });

  test.each([
    [1000, 1],
    [20_000, 0],
  ])("are chains of up to a thousand operators: %i", async (length, loops) => {
    let value = state("p");
    for (let step = 0; step < length; step++) value = t.add(value, feed("g"));
    const program = { outputs: { largest: t.max(feed("g")) }, updates: { p: value } };
    expect(loopsOf(program)).toHaveLength(loops);
    if (loops > 0) await check(program, [group("p", [LENGTH])], { g: uniform("g") });
  });

  test("read and write as many vectors as an update has", async () => {
    const names = Array.from({ length: 130 }, (_, at) => `p${at}`);
    const all = names.map((name) => state(name, [4096]));
    const program = {
      outputs: { largest: t.max(feed("g")) },
      updates: { p0: all.reduce((sum, vector) => t.add(sum, vector)) },
    };
    expect(loopsOf(program)).toHaveLength(1);
    const groups = names.map((name) => group(name, [4096]));
    await check(program, groups, { g: uniform("g") });
  });

  test("do nothing when the run fails", async () => {
    const p = state("p");
    const run = await device.compile({
      outputs: {},
      updates: {
        p: t.add(t.add(p, t.gather(feed("table", [2]), t.input("at", [1], "int64"), 0)), 1),
      },
    });
    const on = await stateOf([group("p", [LENGTH])]);
    const before = await on.read();
    const feeds = { table: Float32Array.of(1, 2), at: BigInt64Array.of(7n) };
    await expect(run.run({ state: on, feeds })).rejects.toThrow("the run failed");
    expect(await on.read()).toEqual(before);
    await run.run({ state: on, feeds: { ...feeds, at: BigInt64Array.of(1n) } });
    expect(await on.read()).not.toEqual(before);
  });

  test("are left to the model where it has nothing else to do", async () => {
    const program = { outputs: {}, updates: { p: t.mul(state("p"), 2) } };
    expect(loopsOf(program)).toEqual([]);
    await check(program, [group("p", [LENGTH])]);
  });

  test("are too short below 4096 elements", () => {
    const short = t.mul(state("p", [4095]), 2);
    expect(loopsOf({ outputs: {}, updates: { p: short } })).toEqual([]);
  });

  test("of what the model gives one scalar take it as it is", async () => {
    const p = state("p");
    const factor = t.minimum(t.div(0.5, t.max(p)), 1);
    await check({ outputs: {}, updates: { p: t.mul(p, t.sub(1, factor)) } }, [
      group("p", [LENGTH]),
    ]);
  });
});
