import {
  type AssembledFunction,
  advance,
  type Code,
  get,
  i32Const,
  loop,
  repeat,
  set,
} from "../assembly.js";
import {
  type Access,
  abs,
  add,
  div,
  FOUR,
  loadSplat,
  mul,
  neg,
  ONE,
  splat,
  sqrt,
  sub,
} from "../assembly-float32.js";
import type { LoopOperator, LoopPlan } from "./plan.js";

const INSTRUCTIONS: Readonly<Record<LoopOperator, Code>> = { neg, abs, sqrt, add, sub, mul, div };

/** Elements that the loop takes at a time, in two vectors. */
const STRIDE = 8;

/**
 * A loop in WebAssembly. Its parameters are the addresses of the vectors of state, of the computed vectors, and
 * of the scalars, which follow one another.
 *
 * All values of some elements are computed before any is stored, so the loop may update vectors in place.
 */
export function assembleLoop(name: string, plan: LoopPlan): AssembledFunction {
  const { length, state, computed, scalars, constants, steps, stores } = plan;
  const vectors = state.length + computed.length;
  const scalarAddress = vectors;
  const counter = vectors + 1;
  const local = (value: number) => counter + 1 + value;
  const firstScalar = vectors;
  const firstConstant = firstScalar + scalars.length;
  const firstStep = firstConstant + constants.length;
  const compute = (scalar: boolean): Code =>
    steps.flatMap((step, at) =>
      step.scalar === scalar
        ? [
            ...step.operands.flatMap((value) => get(local(value))),
            ...INSTRUCTIONS[step.operator],
            ...set(local(firstStep + at)),
          ]
        : [],
    );
  const read = vectorsRead(plan, vectors);
  const elements = (access: Access, offset: number): Code => [
    ...read.flatMap((vector) => [...access.load(vector, 4 * offset), ...set(local(vector))]),
    ...compute(false),
    ...[...stores].flatMap(([vector, value]) => access.store(vector, local(value), 4 * offset)),
  ];
  const each = (range: number, code: (at: number) => Code): Code =>
    Array.from({ length: range }, (_, at) => code(at)).flat();
  const rest = length % STRIDE;
  const fours = Math.floor(rest / FOUR.elements);
  return {
    name,
    parameters: vectors + 1,
    numbers: 1,
    vectors: firstStep + steps.length,
    body: [
      ...scalars.flatMap((_, at) => [
        ...[...get(scalarAddress), ...loadSplat(4 * at)],
        ...set(local(firstScalar + at)),
      ]),
      ...constants.flatMap((value, at) => [...splat(value), ...set(local(firstConstant + at))]),
      ...compute(true),
      ...[...i32Const(Math.floor(length / STRIDE)), ...set(counter)],
      ...loop([
        ...elements(FOUR, 0),
        ...elements(FOUR, FOUR.elements),
        ...each(vectors, (vector) => advance(vector, 4 * STRIDE)),
        ...repeat(counter),
      ]),
      ...each(fours, (at) => elements(FOUR, FOUR.elements * at)),
      ...each(rest % FOUR.elements, (at) => elements(ONE, FOUR.elements * fours + at)),
    ],
  };
}

/** The vectors whose values the loop uses, by number; one that it only writes is not read. */
function vectorsRead({ steps, stores }: LoopPlan, vectors: number): number[] {
  const used = new Set([...steps.flatMap(({ operands }) => operands), ...stores.values()]);
  return Array.from({ length: vectors }, (_, vector) => vector).filter((vector) =>
    used.has(vector),
  );
}
