import { memoryOf, PAGE, type SharedMemory } from "../assembly.js";
import { ExecutionError } from "../errors.js";

/** A vector of float32 that can be moved. */
export interface ArenaMember {
  readonly whole: { readonly length: number };
  /** Where it lies, if it lies in one. */
  arena: Arena | undefined;
  moveTo(buffer: ArrayBuffer, address: number): void;
}

/** Memory that loops work on: groups of state, and room for what a model computes for a loop. */
export class Arena {
  readonly memory: SharedMemory;
  /** Address of the room. */
  readonly room: number;

  private constructor(
    private readonly groups: ReadonlySet<ArenaMember>,
    private readonly roomBytes: number,
  ) {
    const bytes = [...groups].reduce((sum, group) => sum + aligned(4 * group.whole.length), 0);
    try {
      this.memory = memoryOf(Math.ceil((bytes + roomBytes) / PAGE));
    } catch (cause) {
      const size = ((bytes + roomBytes) / 1e6).toFixed(0);
      throw new ExecutionError(`there is no memory for ${size} MB of state`, { cause });
    }
    this.room = bytes;
    let address = 0;
    for (const group of groups) {
      group.moveTo(this.memory.buffer, address);
      address += aligned(4 * group.whole.length);
    }
  }

  /**
   * The memory in which groups lie together with room for so many bytes. Groups that do not yet are moved
   * there, with all that they lie together with.
   */
  static of(groups: readonly ArenaMember[], roomBytes: number): Arena {
    const known = groups.map((group) => group.arena);
    const [first] = known;
    if (first !== undefined && known.every((arena) => arena === first)) {
      if (first.roomBytes >= roomBytes) return first;
    }
    const others = known.flatMap((arena) => (arena === undefined ? [] : [...arena.groups]));
    const room = Math.max(roomBytes, ...known.map((arena) => arena?.roomBytes ?? 0));
    const arena = new Arena(new Set([...groups, ...others]), room);
    for (const group of arena.groups) group.arena = arena;
    return arena;
  }
}

/** The next multiple of a cache line. */
export const aligned = (bytes: number) => 64 * Math.ceil(bytes / 64);
