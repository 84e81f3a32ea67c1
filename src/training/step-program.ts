import type { DataTraits } from "../core/batch.js";
import { TrainingError } from "../core/errors.js";
import type { Clock, Step } from "../core/model.js";
import { batchInputs } from "../core/state.js";
import { emaUpdate } from "../nn/ema.js";
import { clipByGlobalNorm } from "../nn/gradient-clipping.js";
import type { Optimizer } from "../nn/optimizer.js";
import { placeOf, trace, type Variable, type Variables } from "../nn/scope.js";
import type { GroupSpec, Program } from "../runtime/program.js";
import { grad } from "../tensor/gradient.js";
import { concat, reshape } from "../tensor/ops/rearrange.js";
import { mean } from "../tensor/ops/reduction.js";
import { elementCount } from "../tensor/shape.js";
import { input, type Tensor } from "../tensor/tensor.js";

/** What turns a gradient into an update. */
export interface UpdateRule {
  readonly optimizer: Optimizer;
  /** Largest norm of a step's whole gradient; 0 leaves gradients as they are. */
  readonly clipNorm: number;
  /** Decay of the exponential moving average of the weights; 0 keeps none. */
  readonly ema: number;
}

const momentGroup = (moment: string, scope: string) => `optimizer.${moment}.${scope}`;
const emaGroup = (scope: string) => `ema.${scope}`;

/** State that training adds to a model's own: the optimiser's moments and the averaged weights. */
export function trainingGroups(
  groups: readonly GroupSpec[],
  { optimizer, ema }: UpdateRule,
): GroupSpec[] {
  const parameters = groups.filter(({ name }) => name.startsWith("parameters."));
  return parameters.flatMap((group) => {
    const scope = group.name.slice("parameters.".length);
    const names = optimizer.moments.map((moment) => momentGroup(moment, scope));
    return (ema > 0 ? [...names, emaGroup(scope)] : names).map((name) => ({ ...group, name }));
  });
}

/**
 * One training step as a program: the objective, its gradient, and the optimiser's update.
 *
 * Fed are `pixelsUnit`, annotations, `clock.step`, the optimiser's scalars and `ema.weight`; the outputs are the batch means
 * of the loss and of the metrics.
 */
export function stepProgram(
  step: Step,
  variables: Variables,
  rule: UpdateRule,
  data: DataTraits,
  batchSize: number,
): Program {
  const batch = batchInputs(data, batchSize);
  const clock: Clock = { step: input("clock.step", []) };
  const { result, updates } = trace(variables, true, (scope) =>
    step.objective(scope, batch, clock),
  );
  const loss = mean(result.loss);
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
  const clipped = rule.clipNorm > 0 ? clipByGlobalNorm(flat, rule.clipNorm).gradients : flat;
  const scalars = Object.fromEntries(
    Object.keys(rule.optimizer.scalars(1, 1)).map((name) => [name, input(`optimizer.${name}`, [])]),
  );
  const emaWeight = input("ema.weight", []);
  const moved = trained.map(({ scope, length }, index) =>
    moveParameters(rule, scope, length, clipped[index], scalars, emaWeight),
  );
  const metrics = Object.entries(result.metrics).map(([name, value]) => [name, mean(value)]);
  return {
    outputs: { loss, ...Object.fromEntries(metrics) },
    updates: Object.assign({}, updates, ...moved),
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
  if (members.length === 0) {
    throw new TrainingError(`step "${step.name}" trains "${scope}", which has no parameters`);
  }
  const length = members.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  return { scope, members, length };
}

/** New values of one group's parameters, moments and average, by the name of their group. */
function moveParameters(
  { optimizer, ema }: UpdateRule,
  scope: string,
  length: number,
  gradient: Tensor,
  scalars: Readonly<Record<string, Tensor>>,
  emaWeight: Tensor,
): Record<string, Tensor> {
  const vector = (name: string) => input(name, [length], "float32", { kind: "state" });
  const moments = Object.fromEntries(
    optimizer.moments.map((moment) => [moment, vector(momentGroup(moment, scope))]),
  );
  const next = optimizer.update(vector(`parameters.${scope}`), gradient, moments, scalars);
  const updates: Record<string, Tensor> = { [`parameters.${scope}`]: next.parameters };
  for (const [moment, value] of Object.entries(next.moments)) {
    updates[momentGroup(moment, scope)] = value;
  }
  if (ema > 0) {
    const average = vector(emaGroup(scope));
    updates[emaGroup(scope)] = emaUpdate(average, next.parameters, emaWeight);
  }
  return updates;
}
