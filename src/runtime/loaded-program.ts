import { allocate, type HostArray } from "../tensor/dtype.js";
import { bindShape, elementCount, formatShape, sameShape } from "../tensor/shape.js";
import type { Backend, BackendTensor, DeviceTensor, Session } from "./backend.js";
import { bindDims, type Dims, type Feeds, requireFeed, takenFeeds } from "./bindings.js";
import { DeviceGroup } from "./device-group.js";
import { ProgramError } from "./errors.js";
import { BoundLoops } from "./loops/bound.js";
import type { LoopPlan, LoopValue } from "./loops/plan.js";
import { allocateNoise, fillNoise } from "./noise.js";
import { nameOfSymbol } from "./onnx/dims.js";
import type { ExecutionPlan, InputPlan, ResultPlan } from "./plan.js";
import type { RunRequest } from "./program.js";
import type { RealArray } from "./random.js";
import type { Place } from "./state-layout.js";
import { copyInto, type HostGroup, type StateMemory, type StateReference } from "./state-store.js";

export interface LoadedRequest {
  readonly state: StateMemory | undefined;
  readonly feeds: Feeds;
  readonly dims: Dims;
  readonly noise: RunRequest["noise"];
}

/** A new value for a place in a group of state. */
interface Update<G> {
  readonly plan: ResultPlan;
  readonly group: G;
  readonly place: Place;
}

/** Maps a program's inputs and updates to one state; computed once per program and state. */
interface StateBinding {
  readonly reads: ReadonlyMap<string, StateReference>;
  /** Updates that the run writes directly into a group's spare memory. */
  readonly direct: readonly Update<HostGroup>[];
  readonly swapped: readonly HostGroup[];
  /** Updates of only some slots of a group, which are copied in after the run. */
  readonly copied: readonly Update<HostGroup>[];
  /** Updates that run after the model; undefined if there are none. */
  readonly loops: BoundLoops | undefined;
  /** Updates that stay on the device: the name of each in the model, by group and place. */
  readonly kept: ReadonlyMap<DeviceGroup, ReadonlyMap<Place, string>>;
}

const STATELESS: StateBinding = {
  reads: new Map(),
  direct: [],
  swapped: [],
  copied: [],
  loops: undefined,
  kept: new Map(),
};

/** A session with memory for noise and results, which its runs reuse. */
export class LoadedProgram {
  private readonly memory = new Map<string, BackendTensor>();
  private readonly bindings = new WeakMap<StateMemory, StateBinding>();

  constructor(
    private readonly backend: Backend,
    private readonly session: Session,
    private readonly plan: ExecutionPlan,
  ) {}

  async run({
    state,
    feeds: offered,
    dims: given,
    noise,
  }: LoadedRequest): Promise<Record<string, HostArray>> {
    const { inputs, outputs, symbols } = this.plan;
    const feeds = takenFeeds(inputs, offered);
    const dims = bindDims(inputs, feeds, given);
    const binding = this.bindState(state);
    const fetched: Record<string, BackendTensor> = { ...binding.loops?.places() };
    for (const [group, places] of binding.kept) {
      if (!places.has(group.whole)) await group.keepOthers(new Set(places.keys()));
    }
    const fed: Record<string, BackendTensor | DeviceTensor> = {};
    for (const symbol of symbols) fed[nameOfSymbol(symbol)] = this.count(symbol, dims);
    for (const input of inputs) {
      const { kind } = input.source;
      if (!input.used) {
        if (kind === "feed") requireFeed(input, feeds[input.name], bindShape(input.shape, dims));
        continue;
      }
      if (kind === "state") {
        const { group, place } = binding.reads.get(input.name)!;
        fed[input.name] = await group.input(place);
        continue;
      }
      const bound = bindShape(input.shape, dims);
      fed[input.name] =
        kind === "noise"
          ? this.drawNoise(input, bound, noise)
          : this.backend.tensor(input.dtype, requireFeed(input, feeds[input.name], bound), bound);
    }
    for (const output of outputs) {
      fetched[output.value] = this.reuse(output.value, output, bindShape(output.shape, dims));
    }
    for (const { plan, group, place } of binding.direct) {
      fetched[plan.value] = group.spare.view(place);
    }
    for (const { plan, place } of binding.copied) {
      fetched[plan.value] = this.reuse(plan.value, plan, place.shape);
    }
    const kept = await this.session.run(fed, fetched);
    binding.loops?.run(feeds);
    for (const group of binding.swapped) group.swap();
    for (const { plan, group, place } of binding.copied) {
      copyInto(group.current.part(place), fetched[plan.value].data);
    }
    for (const [group, places] of binding.kept) {
      group.adopt(new Map(Array.from(places, ([place, value]) => [place, kept[value]!])));
    }
    return Object.fromEntries(
      outputs.map(({ name, value }) => [name, fetched[value].data.slice()]),
    );
  }

  release(): Promise<void> {
    return this.session.release();
  }

  private count(symbol: string, dims: Dims): BackendTensor {
    const count = dims[symbol];
    if (count === undefined) {
      throw new ProgramError(`cannot infer the dimension "${symbol}"; pass it in "dims"`);
    }
    return this.backend.tensor("int64", BigInt64Array.of(BigInt(count)), [1]);
  }

  private drawNoise(input: InputPlan, bound: readonly number[], noise: RunRequest["noise"]) {
    const tensor = this.reuse(`noise:${input.name}`, input, bound, () =>
      allocateNoise(input, elementCount(bound)),
    );
    fillNoise(input, bound, noise, tensor.data as RealArray);
    return tensor;
  }

  /** Memory for one purpose, reallocated only if the shape has changed since the last run. */
  private reuse(
    purpose: string,
    { dtype }: InputPlan | ResultPlan,
    shape: readonly number[],
    create: () => HostArray = () => allocate(dtype, elementCount(shape)),
  ): BackendTensor {
    const known = this.memory.get(purpose);
    if (known !== undefined && sameShape(known.dims, shape)) return known;
    const tensor = this.backend.tensor(dtype, create(), shape);
    this.memory.set(purpose, tensor);
    return tensor;
  }

  private bindState(state: StateMemory | undefined): StateBinding {
    const { inputs, updates, loops } = this.plan;
    const reads = inputs.filter(({ source }) => source.kind === "state");
    if (state === undefined) {
      const updated = [
        ...updates.map(({ name }) => name),
        ...loops.flatMap((loop) => loop.state.map(({ name }) => name)),
      ];
      const needed = [...new Set([...reads.map(({ name }) => name), ...updated])];
      if (needed.length > 0) {
        throw new ProgramError(`the program needs a state with ${needed.join(", ")}`);
      }
      return STATELESS;
    }
    let binding = this.bindings.get(state);
    if (binding === undefined) {
      binding = {
        ...makeBinding(state, reads, updates),
        loops: loops.length === 0 ? undefined : this.bindLoops(state, loops),
      };
      this.bindings.set(state, binding);
    }
    return binding;
  }

  private bindLoops(state: StateMemory, loops: readonly LoopPlan[]): BoundLoops {
    const vectors = loops.map((loop) =>
      loop.state.map((vector) => {
        const { group, place } = fittingReference(state, vector);
        // Loops are planned only for devices whose state lies in the host's memory.
        return { group: group as HostGroup, place };
      }),
    );
    return new BoundLoops(this.backend, loops, vectors);
  }
}

function makeBinding(
  state: StateMemory,
  inputs: readonly InputPlan[],
  plans: readonly ResultPlan[],
): Omit<StateBinding, "loops"> {
  const reads = new Map(inputs.map((input) => [input.name, fittingReference(state, input)]));
  const updates = plans.map((plan) => ({ plan, ...fittingReference(state, plan) }));
  const counts = new Map<StateReference["group"], number>();
  for (const { group } of updates) counts.set(group, (counts.get(group) ?? 0) + 1);
  for (const { plan, group, place } of updates) {
    if (place === group.whole && counts.get(group) !== 1) {
      throw new ProgramError(
        `the program updates both "${plan.name}" as a whole and one of its slots`,
      );
    }
  }
  const direct: Update<HostGroup>[] = [];
  const copied: Update<HostGroup>[] = [];
  const kept = new Map<DeviceGroup, Map<Place, string>>();
  for (const { plan, group, place } of updates) {
    if (group instanceof DeviceGroup) {
      kept.set(group, (kept.get(group) ?? new Map<Place, string>()).set(place, plan.value));
    } else {
      const complete = place === group.whole || counts.get(group) === group.places.size;
      (complete ? direct : copied).push({ plan, group, place });
    }
  }
  return { reads, direct, swapped: [...new Set(direct.map(({ group }) => group))], copied, kept };
}

/** @throws ProgramError when the state lacks the group or slot, or has it with another shape or type */
function fittingReference(
  state: StateMemory,
  { name, shape, dtype }: InputPlan | ResultPlan | LoopValue,
): StateReference {
  const reference = state.resolve(name);
  const { group, place } = reference;
  if (!sameShape(shape, place.shape) || dtype !== group.spec.dtype) {
    throw new ProgramError(
      `the program uses "${name}" as ${dtype} ${formatShape(shape)}, but the state has it as ${group.spec.dtype} ${formatShape(place.shape)}`,
    );
  }
  return reference;
}
