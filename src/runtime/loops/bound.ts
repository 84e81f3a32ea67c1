import { elementCount } from "../../tensor/shape.js";
import { assembleOn, type Functions } from "../assembly.js";
import type { Backend, BackendTensor } from "../backend.js";
import type { Feeds } from "../bindings.js";
import { ExecutionError } from "../errors.js";
import { Arena, type ArenaMember, aligned } from "./arena.js";
import { assembleLoop } from "./assemble.js";
import type { LoopPlan, LoopValue } from "./plan.js";

/** A vector of state that a loop reads or writes. */
export interface LoopVector {
  readonly group: ArenaMember & { address(place: { readonly offset: number }): number };
  readonly place: { readonly offset: number };
}

const SCALAR_BYTES = 4;

/** The loops of a program on one state. */
export class BoundLoops {
  private readonly layouts: readonly RoomLayout[];
  private readonly groups: readonly ArenaMember[];
  private readonly roomBytes: number;
  private ready: Ready | undefined;

  /** @param vectors  those of each loop's state, in the order of its plan */
  constructor(
    private readonly backend: Backend,
    private readonly loops: readonly LoopPlan[],
    private readonly vectors: readonly (readonly LoopVector[])[],
  ) {
    let offset = 0;
    this.layouts = loops.map((loop) => {
      const layout = layOutRoom(loop, offset);
      offset = layout.end;
      return layout;
    });
    this.roomBytes = offset;
    this.groups = [...new Set(vectors.flat().map(({ group }) => group))];
  }

  /**
   * Where the model writes what it computes for the loops, by its name there. Call it before the state is
   * read, as it may move the state.
   */
  places(): Readonly<Record<string, BackendTensor>> {
    const arena = Arena.of(this.groups, this.roomBytes);
    if (this.ready?.arena !== arena) this.ready = this.prepare(arena);
    return this.ready.places;
  }

  /** Updates the state in place. */
  run(feeds: Feeds): void {
    const { arena, functions, floats } = this.ready!;
    for (const [at, { scalars }] of this.loops.entries()) {
      const layout = this.layouts[at];
      for (const [index, scalar] of scalars.entries()) {
        if ("feed" in scalar) {
          floats[layout.scalars / SCALAR_BYTES + index] = (feeds[scalar.feed] as Float32Array)[0];
        }
      }
      functions[nameOf(at)](
        ...this.vectors[at].map(({ group, place }) => group.address(place)),
        ...layout.computed.map((offset) => arena.room + offset),
        arena.room + layout.scalars,
      );
    }
  }

  private prepare(arena: Arena): Ready {
    const functions = assembleOn(
      arena.memory,
      this.loops.map((loop, at) => assembleLoop(nameOf(at), loop)),
    );
    if (functions === undefined) {
      throw new ExecutionError("WebAssembly has no vectors here; use a newer browser");
    }
    const { buffer } = arena.memory;
    const places: Record<string, BackendTensor> = {};
    const place = ({ name, shape, dtype }: LoopValue, offset: number) => {
      const data = new Float32Array(buffer, arena.room + offset, elementCount(shape));
      places[name] = this.backend.tensor(dtype, data, shape);
      return offset + data.byteLength;
    };
    for (const [at, { computed, scalars }] of this.loops.entries()) {
      const layout = this.layouts[at];
      for (const [vector, pieces] of computed.entries()) {
        pieces.reduce((offset, piece) => place(piece, offset), layout.computed[vector]);
      }
      for (const [index, scalar] of scalars.entries()) {
        if ("computed" in scalar) place(scalar.computed, layout.scalars + SCALAR_BYTES * index);
      }
    }
    return { arena, places, functions, floats: new Float32Array(buffer, arena.room) };
  }
}

/** Loops that are compiled for an arena. */
interface Ready {
  readonly arena: Arena;
  readonly places: Readonly<Record<string, BackendTensor>>;
  readonly functions: Functions;
  /** All numbers of the arena's room. */
  readonly floats: Float32Array;
}

const nameOf = (loop: number) => `loop${loop}`;

/** Where a loop's computed vectors and scalars lie, in bytes from the start of the room. */
interface RoomLayout {
  readonly computed: readonly number[];
  readonly scalars: number;
  readonly end: number;
}

function layOutRoom({ length, computed, scalars }: LoopPlan, start: number): RoomLayout {
  const vectorBytes = aligned(4 * length);
  const first = start + vectorBytes * computed.length;
  return {
    computed: computed.map((_, at) => start + vectorBytes * at),
    scalars: first,
    end: first + aligned(SCALAR_BYTES * scalars.length),
  };
}
