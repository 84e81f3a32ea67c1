import { deepStrictEqual, notDeepStrictEqual, ok, throws } from "node:assert";
import { isDeepStrictEqual } from "node:util";
import { consecutive, imageReader } from "../../src/core/capabilities/batches.js";
import {
  ConfigError,
  capabilitiesOf,
  describeConfig,
  learnsByGradients,
  type Model,
  type Phase,
  parseConfig,
  type Step,
} from "../../src/core/index.js";
import { batchInputs, STOPPED, stepsOf, variablesOf, weightGroups } from "../../src/core/state.js";
import { emaWeight, trace } from "../../src/nn/index.js";
import type { StateValues } from "../../src/runtime/index.js";
import type { GradientTrainer } from "../../src/training/index.js";
import {
  BATCH,
  budgetOf,
  type Checks,
  EMA,
  type ModelUnderTest,
  requireClose,
  resolve,
  sessionOf,
  trained,
  untrained,
  usualTraining,
} from "./subject.js";

/** What a model promises of its configuration and its training. */
export const trainingChecks: Checks = {
  "configuration: every key has a default and a description; unknown keys are refused": ({
    definition,
  }) => {
    definition.config.parse({});
    for (const { key, description } of describeConfig(definition.config)) {
      ok(description.length > 0, `${key} has no description`);
    }
    throws(() => parseConfig(definition.config, { noSuchKey: 1 }, definition.id), ConfigError);
  },

  "listing: built with its defaults on its example, a model can do something": ({ definition }) => {
    ok(capabilitiesOf(definition).length > 0, "it can do nothing");
  },

  "objective: losses and metrics are one number an image": (subject) => {
    const { model, traits } = resolve(subject);
    const variables = variablesOf(model, traits);
    for (const step of stepsOf(model)) {
      const { result } = trace(variables, true, (scope) =>
        step.objective(scope, batchInputs(traits), STOPPED),
      );
      for (const [name, { shape }] of Object.entries({ loss: result.loss, ...result.metrics })) {
        deepStrictEqual(shape, ["B"], `${step.name}: ${name} has the shape [${shape}]`);
      }
    }
  },

  "determinism: the same seed gives the same weights, and gradients from another seed others":
    async (subject) => {
      const [first, again, other] = [
        await usualTraining(subject),
        await trained(subject, { seed: 1 }),
        await trained(subject, { seed: 2 }),
      ];
      deepStrictEqual(again.values, first.values, "two runs of one seed differ");
      // A fit in closed form finds the same values from everywhere.
      if (!learnsByGradients(subject.definition)) return;
      notDeepStrictEqual(other.values, first.values, "two seeds give the same weights");
    },

  "resume: interrupted training ends bit for bit as if it had not been": async (subject) => {
    const whole = await usualTraining(subject);
    const budget = budgetOf(subject);
    for (const stop of subject.stops ?? [budget / 2]) {
      const begun = await trained(
        subject,
        learnsByGradients(subject.definition)
          ? { seed: 1, stopAfter: stop }
          : { seed: 1, budget: stop },
      );
      const resumed = await trained(subject, { seed: 1, from: begun });
      deepStrictEqual(resumed, whole, `interrupted after ${stop}`);
    }
  },

  "learning: every parameter of a trained scope is moved, and no other": async (subject) => {
    const before = await untrained(subject, 1);
    const { values } = await usualTraining(subject);
    const { model, parts } = resolve(subject);
    const trains = new Set(stepsOf(model).flatMap((step) => step.trains));
    const fitted = fittedScopes(model);
    const moved = new Set<string>();
    for (const [name, value] of before) {
      const { kind, scope } = placeIn(name);
      if (kind !== "parameters") continue;
      const moves = !isDeepStrictEqual(values.get(name), value);
      if (moves) moved.add(scope);
      if (model.fit === undefined && !trains.has(scope) && !fitted.has(scope)) {
        ok(!moves, `${name} is not as it was, and no step trains it`);
      } else if (!(scope in parts)) {
        ok(moves, `${name} is as it was before training`);
      }
    }
    // A host may train a part without reaching all of it, such as the spread of a code.
    for (const scope of trains) ok(moved.has(scope), `nothing of ${scope} was moved`);
  },

  "turns: only the steps that are due move their scopes and their moments": async (subject) => {
    for (const { before, after, due } of await batchByBatch(subject)) {
      for (const [name, value] of after) {
        const { kind, step, scope } = placeIn(name);
        if (kind === "buffers" || kind === "memory") continue;
        const moves =
          step === undefined
            ? due.some(({ trains }) => trains.includes(scope))
            : due.some((turn) => turn.name === step && turn.trains.includes(scope));
        if (!moves) deepStrictEqual(value, before.get(name), `${name} moved out of turn`);
      }
    }
  },

  "averages: follow parameters and buffers once a turn, and are what the model is used with":
    async (subject) => {
      const { model, traits } = resolve(subject);
      const latest = new Set(
        variablesOf(model, traits)
          .list()
          .filter(({ averaged }) => !averaged)
          .map(({ path }) => `buffers.${path}`),
      );
      const turns = new Map<string, number>();
      for (const { before, after, due, weights } of await batchByBatch(subject)) {
        for (const scope of due.flatMap(({ trains }) => trains)) {
          turns.set(scope, (turns.get(scope) ?? 0) + 1);
        }
        for (const [name, value] of after) {
          const { kind, scope } = placeIn(name);
          if (kind === "memory") ok(!weights.has(name), `${name} is among the weights`);
          if (!["parameters", "buffers"].includes(kind) || trainersOf(model, scope) === 0) continue;
          const average = after.get(`ema.${name}`) as Float32Array;
          deepStrictEqual(weights.get(name), average, `${name} is no average`);
          // Where several steps train a scope, its average is taken between them.
          if (trainersOf(model, scope) > 1 || !due.some(({ trains }) => trains.includes(scope))) {
            continue;
          }
          const share = latest.has(name) ? 1 : emaWeight(turns.get(scope) ?? 0, { decay: EMA });
          const old = before.get(`ema.${name}`) as Float32Array;
          const expected = (value as Float32Array).map(
            (now, at) => old[at] + (now - old[at]) * share,
          );
          requireClose(average, expected, 1e-6, name);
        }
      }
    },
};

/** The scopes that are fitted once the training by gradients is complete. */
function fittedScopes({ afterwards }: Model): Set<string> {
  if (afterwards === undefined) return new Set();
  const names = weightGroups(afterwards.model, afterwards.data).map(({ name }) => name);
  return new Set(names.map((name) => placeIn(name).scope));
}

interface BatchDone {
  readonly before: StateValues;
  readonly after: StateValues;
  readonly due: readonly Step[];
  /** What the model would be used with. */
  readonly weights: StateValues;
}

const watched = new WeakMap<ModelUnderTest, Promise<readonly BatchDone[]>>();

/** The batches of a training by gradients, which takes place once a subject. */
function batchByBatch(subject: ModelUnderTest): Promise<readonly BatchDone[]> {
  const known = watched.get(subject) ?? watchBatches(subject);
  watched.set(subject, known);
  return known;
}

async function watchBatches(subject: ModelUnderTest): Promise<readonly BatchDone[]> {
  const { model, images, definition, traits } = resolve(subject);
  if (!learnsByGradients(definition)) return [];
  const session = await sessionOf(subject, { seed: 1 });
  try {
    const trainer = session.trainer as GradientTrainer;
    const read = imageReader({ definition, data: traits, model }, images, trainer.reads);
    const done: BatchDone[] = [];
    let before: StateValues = await trainer.state.read();
    for (let batch = 0; batch < budgetOf(subject); batch++) {
      await trainer.step(await read(consecutive(BATCH * batch, BATCH)), batch, 0.01);
      const after = await trainer.state.read();
      const due = dueAt(model, batch, budgetOf(subject));
      done.push({ before, after, due, weights: await trainer.weights() });
      before = after;
    }
    return done;
  } finally {
    await session.release();
  }
}

/** As the model itself has them, so that the library's own view of them is under test. */
const phasesIn = ({ phases, steps }: Model): readonly Pick<Phase, "share" | "steps">[] =>
  phases ?? [{ share: 1, steps }];

/** The steps that take a batch: each phase has its share, and a step takes the last of its turn. */
function dueAt(model: Model, batch: number, batches: number): readonly Step[] {
  let [start, share] = [0, 0];
  for (const phase of phasesIn(model)) {
    share += phase.share;
    const end = Math.round(share * batches);
    if (batch < end) {
      return phase.steps.filter(({ every = 1 }) => (batch - start + 1) % every === 0);
    }
    start = end;
  }
  return [];
}

/** Names of the steps that train a scope. */
const trainersOf = (model: Model, scope: string): number =>
  new Set(
    phasesIn(model)
      .flatMap(({ steps }) => steps)
      .filter(({ trains }) => trains.includes(scope))
      .map(({ name }) => name),
  ).size;

/**
 * What a value of the state is: `optimizer.<step>.<moment>.<scope>.…`, `ema.<what>.<scope>.…`, or
 * `<kind>.<scope>.…`.
 */
function placeIn(name: string): { kind: string; step?: string; scope: string } {
  const [kind, first, second, third] = name.split(".");
  if (kind === "optimizer") return { kind, step: first, scope: third };
  return { kind, scope: kind === "ema" ? second : first };
}
