import { allocate, type HostArray } from "../tensor/dtype.js";
import { elementCount, formatShape } from "../tensor/shape.js";
import type { Backend, BackendTensor } from "./backend.js";
import { ProgramError } from "./errors.js";
import type { GroupSpec } from "./program.js";

/** Where a slot lies in its group's vector. */
interface Place {
  readonly offset: number;
  readonly length: number;
  readonly shape: readonly number[];
}

/** A flat array and the tensors that view parts of it, made when they are first asked for. */
class Memory {
  private readonly views = new Map<Place, BackendTensor>();

  constructor(
    private readonly backend: Backend,
    private readonly spec: GroupSpec,
    readonly data: HostArray,
  ) {}

  view(place: Place): BackendTensor {
    let tensor = this.views.get(place);
    if (tensor === undefined) {
      tensor = this.backend.tensor(this.spec.dtype, this.part(place), place.shape);
      this.views.set(place, tensor);
    }
    return tensor;
  }

  part({ offset, length }: Place): HostArray {
    return this.data.subarray(offset, offset + length);
  }
}

/**
 * The memory of one group of state.
 *
 * A run reads `current` and writes new values to `spare`, which `swap` makes current: an update
 * costs neither a copy nor an allocation, and a run that fails leaves the state as it was.
 */
export class GroupMemory {
  readonly whole: Place;
  readonly places: ReadonlyMap<string, Place>;
  current: Memory;
  private other: Memory | undefined;

  constructor(
    private readonly backend: Backend,
    readonly spec: GroupSpec,
  ) {
    const places = new Map<string, Place>();
    let offset = 0;
    for (const { name, shape } of spec.slots) {
      if (places.has(name)) {
        throw new ProgramError(`the state "${spec.name}" has two slots called "${name}"`);
      }
      const length = elementCount(shape);
      places.set(name, { offset, length, shape });
      offset += length;
    }
    this.places = places;
    this.whole = { offset: 0, length: offset, shape: [offset] };
    this.current = this.newMemory();
  }

  get spare(): Memory {
    this.other ??= this.newMemory();
    return this.other;
  }

  swap(): void {
    const next = this.spare;
    this.other = this.current;
    this.current = next;
  }

  private newMemory(): Memory {
    const { backend, spec, whole } = this;
    return new Memory(backend, spec, allocate(spec.dtype, whole.length));
  }
}

/** What the name of a state input or update refers to. */
export interface StateReference {
  readonly group: GroupMemory;
  readonly place: Place;
}

/** The groups of one state. */
export class StateMemory {
  private readonly groups = new Map<string, GroupMemory>();
  private readonly references = new Map<string, StateReference>();

  /** @throws ProgramError when two groups or slots have the same full name */
  constructor(backend: Backend, specs: readonly GroupSpec[]) {
    for (const spec of specs) {
      const group = new GroupMemory(backend, spec);
      this.groups.set(spec.name, group);
      this.refer(spec.name, { group, place: group.whole });
      for (const [slot, place] of group.places)
        this.refer(`${spec.name}.${slot}`, { group, place });
    }
  }

  /** @throws ProgramError naming what the state has, when it has no such group or slot */
  resolve(name: string): StateReference {
    const reference = this.references.get(name);
    if (reference === undefined) {
      throw new ProgramError(
        `the state has no group or slot "${name}"; its groups are ${[...this.groups.keys()].join(", ") || "none"}`,
      );
    }
    return reference;
  }

  /** Copies of every slot of the named groups, by full name. */
  read(names: readonly string[] = [...this.groups.keys()]): Map<string, HostArray> {
    const values = new Map<string, HostArray>();
    for (const name of names) {
      const group = this.groups.get(name);
      if (group === undefined) throw new ProgramError(`the state has no group "${name}"`);
      for (const [slot, place] of group.places) {
        values.set(`${name}.${slot}`, group.current.part(place).slice());
      }
    }
    return values;
  }

  /** Copies values in; all are checked before the first is written. */
  write(values: Iterable<readonly [string, HostArray]>): void {
    const writes = [...values].map(([name, value]) => {
      const { group, place } = this.resolve(name);
      const expected = allocate(group.spec.dtype, 0);
      if (value.length !== place.length || value.constructor !== expected.constructor) {
        throw new ProgramError(
          `"${name}" is ${group.spec.dtype} ${formatShape(place.shape)}: it needs a ${expected.constructor.name} of ${place.length} elements, not a ${value.constructor.name} of ${value.length}`,
        );
      }
      return () => copyInto(group.current.part(place), value);
    });
    for (const write of writes) write();
  }

  private refer(name: string, reference: StateReference): void {
    if (this.references.has(name)) throw new ProgramError(`the state has "${name}" twice`);
    this.references.set(name, reference);
  }
}

/** Copies between arrays that are known to be of one type. */
export function copyInto(target: HostArray, source: HostArray): void {
  (target as Float32Array).set(source as Float32Array);
}
