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
 * Fed are `pixelsUnit`, `labels`, `clock.step`, the optimiser's scalars and `ema.weight`; the outputs are the batch means
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
  const pieces = trained.flatMap(({ scope, members }) =>
    piecesOf(
      scope,
      members,
      members.map((_, slot) => gradients[scope][slot]),
    ),
  );
  const scalars = Object.fromEntries(
    Object.keys(rule.optimizer.scalars(1, 1)).map((name) => [name, input(`optimizer.${name}`, [])]),
  );
  const emaWeight = input("ema.weight", []);
  const moved = clip(pieces, rule.clipNorm).map((piece) =>
    movePiece(rule, piece, scalars, emaWeight),
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
}

function trainedScope(step: Step, variables: readonly Variable[], scope: string): TrainedScope {
  const members = variables.filter(
    ({ kind, path }) => kind === "parameter" && placeOf(kind, path).group === `parameters.${scope}`,
  );
  if (members.length === 0) {
    throw new TrainingError(`step "${step.name}" trains "${scope}", which has no parameters`);
  }
  return { scope, members };
}

/** Parameters that are moved together. */
interface Piece {
  readonly scope: string;
  /** The parameter's slot in the groups of its scope; `undefined` where the piece is the whole scope. */
  readonly slot: string | undefined;
  readonly shape: readonly number[];
  readonly gradient: Tensor;
}

/**
 * Elements of a parameter, on average, from which on each is moved by itself: the passes of an update
 * then find it in the processor's cache. Smaller ones are joined, for each operator costs a few µs.
 */
const LARGE = 8192;

function piecesOf(
  scope: string,
  members: readonly Variable[],
  gradients: readonly Tensor[],
): Piece[] {
  const length = members.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  if (length >= LARGE * members.length) {
    return members.map(({ kind, path, shape }, index) => {
      const { slot } = placeOf(kind, path);
      return { scope, slot, shape, gradient: gradients[index] };
    });
  }
  const gradient = concat(
    gradients.map((each) => reshape(each, [-1])),
    0,
  );
  return [{ scope, slot: undefined, shape: [length], gradient }];
}

function clip(pieces: readonly Piece[], maxNorm: number): readonly Piece[] {
  if (maxNorm === 0) return pieces;
  const { gradients } = clipByGlobalNorm(
    pieces.map(({ gradient }) => gradient),
    maxNorm,
  );
  return pieces.map((piece, index) => ({ ...piece, gradient: gradients[index] }));
}

/** New values of the parameters, the moments and the average of a piece, by the name of their state. */
function movePiece(
  { optimizer, ema }: UpdateRule,
  { scope, slot, shape, gradient }: Piece,
  scalars: Readonly<Record<string, Tensor>>,
  emaWeight: Tensor,
): Record<string, Tensor> {
  const stateOf = (group: string) => (slot === undefined ? group : `${group}.${slot}`);
  const read = (group: string) => input(stateOf(group), shape, "float32", { kind: "state" });
  const parameterGroup = `parameters.${scope}`;
  const moments = Object.fromEntries(
    optimizer.moments.map((moment) => [moment, read(momentGroup(moment, scope))]),
  );
  const next = optimizer.update(read(parameterGroup), gradient, moments, scalars);
  const updates: Record<string, Tensor> = { [stateOf(parameterGroup)]: next.parameters };
  for (const [moment, value] of Object.entries(next.moments)) {
    updates[stateOf(momentGroup(moment, scope))] = value;
  }
  if (ema > 0) {
    const average = read(emaGroup(scope));
    updates[stateOf(emaGroup(scope))] = emaUpdate(average, next.parameters, emaWeight);
  }
  return updates;
}
