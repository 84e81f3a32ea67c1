import { allocate, type HostArray, hostArrayOf } from "../tensor/dtype.js";
import { formatShape } from "../tensor/shape.js";
import type { Backend, BackendTensor } from "./backend.js";
import { DeviceGroup } from "./device-group.js";
import { ProgramError } from "./errors.js";
import type { GroupModels } from "./group-models.js";
import type { Arena, ArenaMember } from "./loops/arena.js";
import type { GroupSpec } from "./program.js";
import { layOut, type Place } from "./state-layout.js";

/** A flat array and tensors that view parts of it, created on first use. */
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
 * One group of state in host memory.
 *
 * A run reads `current` and writes new values to `spare`, which `swap` makes current. So an update costs
 * neither a copy nor an allocation, and a failed run leaves the state unchanged. A loop, which runs after
 * the model and cannot fail, updates `current` in place.
 */
export class HostGroup implements ArenaMember {
  readonly whole: Place;
  readonly places: ReadonlyMap<string, Place>;
  current: Memory;
  arena: Arena | undefined;
  private other: Memory | undefined;

  constructor(
    private readonly backend: Backend,
    readonly spec: GroupSpec,
  ) {
    const { whole, places } = layOut(spec);
    this.whole = whole;
    this.places = places;
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
    this.arena = undefined;
  }

  /** Address of a place, in the memory that the group was moved to. */
  address({ offset }: Place): number {
    return this.current.data.byteOffset + 4 * offset;
  }

  moveTo(buffer: ArrayBuffer, address: number): void {
    const data = new Float32Array(buffer, address, this.whole.length);
    copyInto(data, this.current.data);
    this.current = new Memory(this.backend, this.spec, data);
    this.other = undefined;
  }

  input(place: Place): BackendTensor {
    return this.current.view(place);
  }

  async read(): Promise<HostArray> {
    return this.current.data;
  }

  /** Does nothing: `read` returned the group's own array, which the caller has changed in place. */
  replace(_: HostArray): void {}

  async release(): Promise<void> {}

  private newMemory(): Memory {
    const { backend, spec, whole } = this;
    return new Memory(backend, spec, allocate(spec.dtype, whole.length));
  }
}

/** The group and place that a state input or update refers to. */
export interface StateReference {
  readonly group: HostGroup | DeviceGroup;
  readonly place: Place;
}

/** The groups of one state. */
export class StateMemory {
  private readonly groups = new Map<string, HostGroup | DeviceGroup>();
  private readonly references = new Map<string, StateReference>();

  /**
   * @param models  models for the groups that stay on the device, by group name
   * @param beside  another state whose groups and slots are found here, too
   * @throws ProgramError when two groups or slots have the same full name
   */
  constructor(
    backend: Backend,
    specs: readonly GroupSpec[],
    models: ReadonlyMap<string, GroupModels> = new Map(),
    private readonly beside?: StateMemory,
  ) {
    for (const spec of specs) {
      const own = models.get(spec.name);
      const group = own ? new DeviceGroup(backend, spec, own) : new HostGroup(backend, spec);
      this.groups.set(spec.name, group);
      this.refer(spec.name, { group, place: group.whole });
      for (const [slot, place] of group.places)
        this.refer(`${spec.name}.${slot}`, { group, place });
    }
  }

  /** @throws ProgramError listing the groups, if the state lacks the group or slot */
  resolve(name: string): StateReference {
    const reference = this.find(name);
    if (reference === undefined) {
      throw new ProgramError(
        `the state has no group or slot "${name}"; its groups are ${this.groupNames().join(", ") || "none"}`,
      );
    }
    return reference;
  }

  private find(name: string): StateReference | undefined {
    return this.references.get(name) ?? this.beside?.find(name);
  }

  private groupNames(): string[] {
    return [...this.groups.keys(), ...(this.beside?.groupNames() ?? [])];
  }

  /** Copies of every slot of the named groups, by full name. */
  async read(names: readonly string[] = [...this.groups.keys()]): Promise<Map<string, HostArray>> {
    const values = new Map<string, HostArray>();
    for (const name of names) {
      const group = this.groups.get(name);
      if (group === undefined) throw new ProgramError(`the state has no group "${name}"`);
      const elements = await group.read();
      for (const [slot, { offset, length }] of group.places) {
        values.set(`${name}.${slot}`, elements.slice(offset, offset + length));
      }
    }
    return values;
  }

  /** Writes values after checking all of them. */
  async write(values: Iterable<readonly [string, HostArray]>): Promise<void> {
    const writes = [...values].map(([name, value]) => {
      const { group, place } = this.resolve(name);
      const expected = hostArrayOf[group.spec.dtype];
      if (value.length !== place.length || value.constructor !== expected) {
        throw new ProgramError(
          `"${name}" is ${group.spec.dtype} ${formatShape(place.shape)}: it needs a ${expected.name} of ${place.length} elements, not a ${value.constructor.name} of ${value.length}`,
        );
      }
      return { group, place, value };
    });
    for (const { group, place, value } of writes) {
      const elements = await group.read();
      copyInto(elements.subarray(place.offset, place.offset + place.length), value);
      group.replace(elements);
    }
  }

  async release(): Promise<void> {
    for (const group of this.groups.values()) await group.release();
  }

  private refer(name: string, reference: StateReference): void {
    if (this.find(name) !== undefined) throw new ProgramError(`the state declares "${name}" twice`);
    this.references.set(name, reference);
  }
}

/** Copies between arrays that are known to have the same type. */
export function copyInto(target: HostArray, source: HostArray): void {
  (target as Float32Array).set(source as Float32Array);
}
