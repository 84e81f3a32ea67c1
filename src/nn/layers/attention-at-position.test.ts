import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDevice } from "../../runtime/device.js";
import { interpret } from "../../runtime/interpreter/index.js";
import type { Device, Executable } from "../../runtime/program.js";
import { stream } from "../../runtime/random.js";
import {
  add,
  clip,
  concat,
  elementCount,
  gather,
  greaterEqual,
  input,
  range,
  sliceAxis,
  sub,
  type Tensor,
  where,
} from "../../tensor/index.js";
import { expectClose, feeding } from "../fixture.testing.js";
import type { Scope } from "../scope.js";
import {
  type AttendedPosition,
  attentionAtPosition,
  movedOn,
  type SeenPositions,
} from "./attention-at-position.js";
import { HIDDEN, type KeysAndValues } from "./attention-heads.js";
import { causalMask, multiHeadAttention } from "./multi-head-attention.js";
import { transformerBlock, transformerBlockAtPosition } from "./transformer-block.js";

const [BATCH, LENGTH, FEATURES, HEADS] = [3, 6, 8, 2];
const WINDOW = [BATCH, HEADS, LENGTH, FEATURES / HEADS];

const sequence = input("sequence", ["B", LENGTH, FEATURES]);
const x = input("x", ["B", FEATURES]);
const position = input("position", [], "int32");
const window = {
  keys: input("keys", ["B", HEADS, LENGTH, FEATURES / HEADS]),
  values: input("values", ["B", HEADS, LENGTH, FEATURES / HEADS]),
};
const context = input("context", ["B", 4, 5]);
const mask = input("mask", [LENGTH, LENGTH]);
const maskRow = input("maskRow", [LENGTH]);
const heads = HEADS;
/** Positions of the window's places once it has moved on to x's. */
const places = add(position, sub(range(LENGTH, "int32"), LENGTH - 1));
const isThere = greaterEqual(places, 0);
const rowOfMask = gather(maskRow, clip(places, 0, LENGTH - 1));

/** Attention to all of the window, with something added to the scores of what is there. */
const seeing =
  (row: Tensor | number) =>
  (own: KeysAndValues): SeenPositions => ({
    parts: [movedOn(window, own)],
    mask: where(isThere, row, HIDDEN),
  });
/** The same, of the window in two parts. */
const seeingParts = (own: KeysAndValues): SeenPositions => {
  const { keys, values } = movedOn(window, own);
  const ranges = [
    { start: 0, end: 2 },
    { start: 2, end: LENGTH },
  ];
  return {
    parts: ranges.map((part) => ({
      keys: sliceAxis(keys, 2, part),
      values: sliceAxis(values, 2, part),
    })),
    mask: where(isThere, rowOfMask, HIDDEN),
  };
};
const see = seeing(0);
const causal = causalMask(LENGTH);

type Whole = (scope: Scope) => Tensor;
type AtPosition = (scope: Scope) => AttendedPosition;

/** Both forms of causal attention. */
const forms: Readonly<Record<string, readonly [Whole, AtPosition]>> = {
  attention: [
    (scope) => multiHeadAttention(scope, sequence, { heads, mask: causal }),
    (scope) => attentionAtPosition(scope, x, { heads, see }),
  ],
  "attention with a mask and no bias": [
    (scope) => multiHeadAttention(scope, sequence, { heads, mask: add(causal, mask), bias: false }),
    (scope) => attentionAtPosition(scope, x, { heads, see: seeing(rowOfMask), bias: false }),
  ],
  "attention to a window in two parts": [
    (scope) => multiHeadAttention(scope, sequence, { heads, mask: add(causal, mask) }),
    (scope) => attentionAtPosition(scope, x, { heads, see: seeingParts }),
  ],
  "transformer block": [
    (scope) => transformerBlock(scope, sequence, { heads, mask: causal }),
    (scope) => transformerBlockAtPosition(scope, x, { heads, see }),
  ],
  "transformer block with a context": [
    (scope) => transformerBlock(scope, sequence, { heads, mask: causal, context }),
    (scope) => transformerBlockAtPosition(scope, x, { heads, see, context }),
  ],
};

type Values = Record<string, Float32Array | Int32Array>;
type Run = (values: Values) => Promise<Record<string, ArrayLike<number>>>;

function drawn(name: string, length: number): Float32Array {
  const values = new Float32Array(length);
  stream(11, name).normal(values);
  return values;
}

/** Both forms over the same random weights and the same sequence. */
function bothForms([whole, atPosition]: readonly [Whole, AtPosition]) {
  const { scope, parameters } = feeding(false);
  const y = whole(scope);
  const weights = Object.entries(parameters).map(([name, { shape }]) => {
    return [name, drawn(name, elementCount(shape as readonly number[]))] as const;
  });
  const at = atPosition(scope);
  const { parts } = at.seen;
  const next = (kind: keyof KeysAndValues) =>
    concat(
      parts.map((part) => part[kind]),
      2,
    );
  const shared: Values = {
    sequence: drawn("sequence", BATCH * LENGTH * FEATURES),
    context: drawn("context", BATCH * 4 * 5),
    mask: drawn("mask", LENGTH * LENGTH),
    ...Object.fromEntries(weights),
  };
  return { whole: { y }, at: { y: at.y, keys: next("keys"), values: next("values") }, shared };
}

const WINDOW_SIZE = elementCount(WINDOW);

/** Goes through the sequence with a window of numbers that mean nothing at first, and must not be seen. */
async function positionByPosition(run: Run, { sequence: all, mask: masks }: Values) {
  let [keys, values] = [drawn("keys", WINDOW_SIZE), drawn("values", WINDOW_SIZE)];
  const y = new Float64Array(BATCH * LENGTH * FEATURES);
  for (let place = 0; place < LENGTH; place++) {
    const at = (item: number) => (item * LENGTH + place) * FEATURES;
    const here = new Float32Array(BATCH * FEATURES);
    for (let item = 0; item < BATCH; item++) {
      here.set(all.subarray(at(item), at(item) + FEATURES), item * FEATURES);
    }
    const next = await run({
      x: here,
      position: Int32Array.of(place),
      maskRow: masks.subarray(place * LENGTH, (place + 1) * LENGTH),
      keys,
      values,
    });
    for (let item = 0; item < BATCH; item++) {
      const part = Array.from(next.y).slice(item * FEATURES, (item + 1) * FEATURES);
      y.set(part, at(item));
    }
    [keys, values] = [Float32Array.from(next.keys), Float32Array.from(next.values)];
  }
  return y;
}

let device: Device;
beforeAll(async () => {
  device = await openDevice({ device: "cpu", threads: 1, host: "inline" });
});
afterAll(() => device.close());

describe("position by position, from cached keys and values", () => {
  test.each(Object.entries(forms))("%s gives what the whole sequence gives", async (_, form) => {
    const { whole, at, shared } = bothForms(form);
    const interpreted = (tensors: Record<string, Tensor>) => async (values: Values) => {
      const results = interpret(tensors, { ...shared, ...values }, { B: BATCH });
      return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data]));
    };
    const { y } = await interpreted(whole)({});
    // The caches are kept in float32.
    expectClose(await positionByPosition(interpreted(at), shared), Array.from(y), 1e-5);
  });

  test.each(Object.entries(forms))("%s gives it on the CPU device too", async (_, form) => {
    const { whole, at, shared } = bothForms(form);
    const executables: Executable[] = [];
    const compiled = async (outputs: Record<string, Tensor>): Promise<Run> => {
      const executable = await device.compile({ outputs, updates: {} });
      executables.push(executable);
      return (values) =>
        executable.run({ feeds: { ...shared, ...values }, dims: { B: BATCH } }) as ReturnType<Run>;
    };
    const { y } = await (await compiled(whole))({});
    const actual = await positionByPosition(await compiled(at), shared);
    expectClose(actual, Array.from(y), 1e-4);
    for (const executable of executables) await executable.release();
  });

  test("refuses a window of unknown length", () => {
    const open = { keys: input("k", ["B", 2, "T", 4]), values: input("v", ["B", 2, "T", 4]) };
    expect(() =>
      attentionAtPosition(feeding(false).scope, x, {
        heads,
        see: () => ({ parts: [open], mask: maskRow }),
      }),
    ).toThrow(/static length/);
  });
});
