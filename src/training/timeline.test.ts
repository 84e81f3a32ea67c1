import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../core/errors.js";
import type { Phase, Step } from "../core/steps.js";
import { neverDone, timelineOf } from "./timeline.js";

function step(name: string, trains: readonly string[], every = 1): Step {
  return {
    name,
    trains,
    every,
    objective() {
      throw new Error("a timeline traces nothing");
    },
  };
}

const scopes = ["trunk", "critic", "generator"];

const anyStep = (name: string) =>
  fc.record({
    name: fc.constant(name),
    trains: fc.subarray(scopes, { minLength: 1 }),
    every: fc.integer({ min: 1, max: 4 }),
  });

/** One to three phases, each with one to three of the same names, and batches enough for all of them. */
const anyTraining = fc
  .array(
    fc.record({
      weight: fc.integer({ min: 1, max: 5 }),
      steps: fc
        .subarray(["critic", "generator", "code"], { minLength: 1 })
        .chain((names) => fc.tuple(...names.map(anyStep))),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .chain((phases) => {
    const total = phases.reduce((sum, { weight }) => sum + weight, 0);
    const laidOut: Phase[] = phases.map(({ weight, steps }, number) => ({
      name: `phase ${number}`,
      share: weight / total,
      steps: steps.map(({ name, trains, every }) => step(name, trains, every)),
    }));
    return fc.record({
      phases: fc.constant(laidOut),
      batches: fc.integer({ min: 2 * total, max: 60 }),
    });
  });

/** The step that moves the average of a scope in a phase: the most frequent, the last of equals. */
function averaging(phase: Phase, scope: string): Step | undefined {
  const able = phase.steps.filter(({ trains }) => trains.includes(scope));
  const most = Math.min(...able.map(({ every = 1 }) => every));
  return able.filter(({ every = 1 }) => every === most).at(-1);
}

describe("timelineOf", () => {
  test("counts as a loop would that goes through all batches with counters", () => {
    fc.assert(
      fc.property(anyTraining, ({ phases, batches }) => {
        const timeline = timelineOf(phases, batches);
        const turns = new Map<string, number>();
        const count = (name: string) => {
          turns.set(name, (turns.get(name) ?? 0) + 1);
          return turns.get(name);
        };
        let [at, offset] = [0, 0];
        for (let batch = 0; batch < batches; batch++) {
          const moment = timeline.at(batch);
          if (moment.phase !== at) {
            expect(moment.phase, "phases come one after the other").toBe(at + 1);
            [at, offset] = [moment.phase, 0];
          }
          const phase = phases[at];
          const due = phase.steps.filter(({ every = 1 }) => (offset + 1) % every === 0);
          expect(moment.due.map((turn) => turn.step)).toEqual(due);
          for (const turn of moment.due) {
            for (const scope of turn.step.trains) {
              const updates = count(`${turn.step.name} of ${scope}`);
              expect(turn.updates.get(scope)).toBe(updates);
              const averages =
                averaging(phase, scope) === turn.step ? count(`average of ${scope}`) : undefined;
              expect(turn.averages.get(scope)).toBe(averages);
            }
          }
          expect(moment.progress).toBe(batch / batches);
          expect(moment.phaseProgress).toBeGreaterThanOrEqual(0);
          expect(moment.phaseProgress).toBeLessThan(1);
          if (offset === 0) expect(moment.phaseProgress).toBe(0);
          offset++;
        }
        expect(at, "the last phase is reached").toBe(phases.length - 1);
      }),
    );
  });

  test("gives each phase its share, to the nearest batch", () => {
    fc.assert(
      fc.property(anyTraining, ({ phases, batches }) => {
        const timeline = timelineOf(phases, batches);
        const found = Array.from({ length: batches }, (_, batch) => timeline.at(batch).phase);
        phases.forEach(({ share }, number) => {
          const length = found.filter((phase) => phase === number).length;
          expect(Math.abs(length - share * batches)).toBeLessThanOrEqual(1);
        });
      }),
    );
  });

  test("tells nothing of progress where only time ends a training", () => {
    const timeline = timelineOf(
      [{ name: "all", share: 1, steps: [step("learn", ["trunk"])] }],
      Number.POSITIVE_INFINITY,
    );
    expect(timeline.at(1000)).toMatchObject({ phase: 0, progress: 0, phaseProgress: 0 });
  });

  test("refuses phases without a length, and fewer batches than phases", () => {
    const phases = ["first", "second"].map((name) => ({
      name,
      share: 0.5,
      steps: [step("learn", ["trunk"])],
    }));
    expect(() => timelineOf(phases, Number.POSITIVE_INFINITY)).toThrow(ConfigError);
    expect(() => timelineOf(phases, 1)).toThrow(/too few steps \(1\)/);
  });
});

test("the steps that never run are those that are due on no batch", () => {
  const phases: Phase[] = [
    { name: "first", share: 0.4, steps: [step("a", ["trunk"]), step("b", ["critic"], 5)] },
    { name: "second", share: 0.6, steps: [step("a", ["trunk"], 7), step("c", ["critic"], 6)] },
  ];
  for (const total of [5, 10, 12, 20]) {
    const timeline = timelineOf(phases, total);
    const seen = new Set<string>();
    for (let index = 0; index < total; index++) {
      const { phase, due } = timeline.at(index);
      for (const done of due) seen.add(`${done.step.name} ${phases[phase].name}`);
    }
    const never = phases.flatMap(({ name, steps }) =>
      steps.filter((each) => !seen.has(`${each.name} ${name}`)).map((each) => [each.name, name]),
    );
    const notes = neverDone(phases, total);
    expect(notes).toHaveLength(never.length);
    never.forEach(([each, phase], at) => {
      expect(notes[at]).toContain(`the step "${each}" never runs`);
      expect(notes[at]).toContain(`the phase "${phase}"`);
    });
  }
  expect(neverDone([phases[0]], Number.POSITIVE_INFINITY)).toEqual([]);
});
