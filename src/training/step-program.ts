import type { DataTraits } from "../core/batch.js";
import { ConfigError } from "../core/errors.js";
import { batchInputs } from "../core/state.js";
import type { Clock, OptimizerSettings, Phase, Step } from "../core/steps.js";
import { emaUpdate } from "../nn/ema.js";
import { clipByGlobalNorm } from "../nn/gradient-clipping.js";
import type { Optimizer } from "../nn/optimizer.js";
import { placeOf, trace, type Variable, type Variables } from "../nn/scope.js";
import type { GroupSpec, Program } from "../runtime/program.js";
import { grad } from "../tensor/gradient.js";
import { mul } from "../tensor/ops/elementwise.js";
import { concat, reshape } from "../tensor/ops/rearrange.js";
import { mean } from "../tensor/ops/reduction.js";
import { elementCount } from "../tensor/shape.js";
import { input, type Tensor } from "../tensor/tensor.js";
import { averageGroups, averageOf, scopeOf } from "./averaging.js";
import { optimizerOf, settingsOf } from "./optimizer.js";

/** How gradients become updates, where a step has no settings of its own. */
export interface UpdateRule extends OptimizerSettings {
  /** Decay of the exponential moving average of parameters and buffers; 0 for no average. */
  readonly ema: number;
}

const momentGroup = (step: string, moment: string, scope: string) =>
  `optimizer.${step}.${moment}.${scope}`;

/** Name of the input for a scalar of a scope's optimiser. */
export const scalarInput = (name: string, scope: string) => `optimizer.${name}.${scope}`;
export const averageWeightInput = (scope: string) => `ema.weight.${scope}`;

/** The input of the images' weights, whose mean over all training images is 1. */
export const IMAGE_WEIGHTS = "weights";

/**
 * The state that training adds to a model: moments per step and trained scope, and the averages of
 * trained scopes.
 *
 * @throws ConfigError when a step trains a scope without parameters, or its rule does not have a
 *   given setting
 */
export function trainingGroups(
  groups: readonly GroupSpec[],
  phases: readonly Phase[],
  rule: UpdateRule,
): GroupSpec[] {
  const added = new Map<string, GroupSpec>();
  for (const step of phases.flatMap(({ steps }) => steps)) {
    const { moments } = optimizerOf(settingsOf(step, rule));
    for (const scope of step.trains) {
      const parameters = groups.find(({ name }) => name === `parameters.${scope}`);
      if (parameters === undefined) throw trainsNothing(step, scope);
      for (const moment of moments) {
        const name = momentGroup(step.name, moment, scope);
        added.set(name, { ...parameters, name });
      }
    }
  }
  const trained = new Set(phases.flatMap(({ steps }) => steps.flatMap(({ trains }) => trains)));
  return [...added.values(), ...(rule.ema > 0 ? averageGroups(groups, trained) : [])];
}

interface StepOptions {
  /** Scopes whose averages this step updates; by default those that it trains, if any are kept. */
  readonly averaged?: readonly string[];
  /** Whether images count by their weights, which are then an input too. */
  readonly weighted?: boolean;
}

/**
 * One training step as a program: the objective, its gradient, and the optimiser's update.
 *
 * Its inputs are `pixelsUnit`, the annotations, the clock, and for each scope the optimiser's
 * scalars and `ema.weight`, as far as the step depends on them. Its outputs are the batch means of
 * the loss and the metrics.
 */
export function stepProgram(
  step: Step,
  variables: Variables,
  rule: UpdateRule,
  data: DataTraits,
  batchSize: number,
  { averaged = rule.ema > 0 ? step.trains : [], weighted = false }: StepOptions = {},
): Program {
  const batch = batchInputs(data, batchSize);
  const clock: Clock = {
    step: input("clock.step", []),
    progress: input("clock.progress", []),
    phaseProgress: input("clock.phaseProgress", []),
  };
  const { result, updates } = trace(variables, true, (scope) =>
    step.objective(scope, batch, clock),
  );
  const weights = weighted ? input(IMAGE_WEIGHTS, [batchSize]) : undefined;
  const meanOf = (values: Tensor) => mean(weights === undefined ? values : mul(values, weights));
  const loss = meanOf(result.loss);
  const trained = step.trains.map((scope) => trainedScope(step, variables.list(), scope));
  const gradients = grad(
    loss,
    Object.fromEntries(
      trained.map(({ scope, members }) => [
        scope,
        Object.fromEntries(members.map(({ tensor }, slot) => [slot, tensor])),
      ]),
    ),
  );
  const flat = trained.map(({ scope, members }) =>
    concat(
      members.map((_, slot) => reshape(gradients[scope][slot], [-1])),
      0,
    ),
  );
  const settings = settingsOf(step, rule);
  const { clipNorm } = settings;
  const clipped = clipNorm > 0 ? clipByGlobalNorm(flat, clipNorm).gradients : flat;
  const optimizer = optimizerOf(settings);
  const moved = trained.map(({ scope, length }, index) => {
    return moveParameters(optimizer, { step: step.name, scope, length }, clipped[index]);
  });
  const moves: Record<string, Tensor> = Object.assign({}, updates, ...moved);
  const averages = averaged.flatMap((scope) => averagesOf(scope, trained, variables, moves));
  const metrics = Object.entries(result.metrics).map(([name, value]) => [name, meanOf(value)]);
  return {
    outputs: { loss, ...Object.fromEntries(metrics) },
    updates: { ...moves, ...Object.fromEntries(averages) },
  };
}

interface TrainedScope {
  readonly scope: string;
  readonly members: readonly Variable[];
  readonly length: number;
}

function trainedScope(step: Step, variables: readonly Variable[], scope: string): TrainedScope {
  const members = variables.filter(
    ({ kind, path }) => kind === "parameter" && placeOf(kind, path).group === `parameters.${scope}`,
  );
  if (members.length === 0) throw trainsNothing(step, scope);
  const length = members.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  return { scope, members, length };
}

const trainsNothing = ({ name }: Step, scope: string) =>
  new ConfigError(`the step "${name}" trains the scope "${scope}", which has no parameters`);

/** The state that an update changes: vectors of the same length. */
interface MovedVectors {
  readonly step: string;
  readonly scope: string;
  readonly length: number;
}

/** New parameters and moments of a scope, by the name of their group. */
function moveParameters(
  optimizer: Optimizer,
  { step, scope, length }: MovedVectors,
  gradient: Tensor,
): Record<string, Tensor> {
  const vector = (name: string) => input(name, [length], "float32", { kind: "state" });
  const moments = Object.fromEntries(
    optimizer.moments.map((moment) => [moment, vector(momentGroup(step, moment, scope))]),
  );
  const scalars = Object.fromEntries(
    Object.keys(optimizer.scalars(1, 1)).map((name) => [name, input(scalarInput(name, scope), [])]),
  );
  const next = optimizer.update(vector(`parameters.${scope}`), gradient, moments, scalars);
  const updates: Record<string, Tensor> = { [`parameters.${scope}`]: next.parameters };
  for (const [moment, value] of Object.entries(next.moments)) {
    updates[momentGroup(step, moment, scope)] = value;
  }
  return updates;
}

/**
 * New averages of a scope by name: of its parameters as one vector, and of each of its buffers.
 *
 * @param moves  new values of what the step updates; a buffer that it leaves alone keeps its value
 */
function averagesOf(
  scope: string,
  trained: readonly TrainedScope[],
  variables: Variables,
  moves: Readonly<Record<string, Tensor>>,
): [string, Tensor][] {
  const weight = input(averageWeightInput(scope), []);
  const follow = (name: string, shape: readonly number[], value: Tensor): [string, Tensor] => {
    const average = input(averageOf(name), shape, "float32", { kind: "state" });
    return [averageOf(name), emaUpdate(average, value, weight)];
  };
  const parameters = trained
    .filter((each) => each.scope === scope)
    .map(({ length }) => {
      const group = `parameters.${scope}`;
      return follow(group, [length], moves[group]);
    });
  const buffers = variables
    .list()
    .filter(({ kind, path }) => kind === "buffer" && scopeOf(path) === scope)
    .map(({ path, shape, tensor, averaged }): [string, Tensor] => {
      const name = `buffers.${path}`;
      const latest = moves[name] ?? tensor;
      return averaged ? follow(name, shape, latest) : [averageOf(name), latest];
    });
  return [...parameters, ...buffers];
}
