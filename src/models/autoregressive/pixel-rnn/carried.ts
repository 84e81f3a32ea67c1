import type { Scope } from "../../../nn/scope.js";
import { transpose } from "../../../tensor/ops/rearrange.js";
import type { Shape } from "../../../tensor/shape.js";
import { input, type Tensor } from "../../../tensor/tensor.js";

/** A value of an earlier pixel that a program reads. */
export interface Read {
  /** Name of the program's input. */
  readonly input: string;
  /** Name under which the earlier pixel stored the value. */
  readonly name: string;
  /** Rows and columns back from the visited pixel to the one that stored the value. */
  readonly rows: 0 | 1;
  readonly columns: number;
  readonly features: number;
}

/** Values that a sampler carries from pixel to pixel, by name. They are zero outside the image. */
export interface Carried {
  /** [features, B] from the pixel this many columns to the left. */
  onLeft(name: string, features: number, columns: number): Tensor;
  /** [features, B] from the pixel above. */
  above(name: string, features: number): Tensor;
  /** Stores a value for later pixels: [features, B]. */
  put(name: string, value: Tensor): void;
}

/** Values that a sampler carries between rows, for whole rows at once: [features, W, B]. */
export interface CarriedRow {
  /** From the row that was just finished. */
  here(name: string, features: number): Tensor;
  /** The embedded pixels of that row. */
  pixels(channels: number): Tensor;
  /** From the row above it. */
  above(name: string, features: number): Tensor;
  put(name: string, value: Tensor): void;
}

/** Name under which a pixel's embedded values are stored: [C, B]. */
export const PIXEL = "embedded";

/** Records what a program reads and stores while it is traced. */
export interface Notes {
  readonly reads: Read[];
  /** By name. */
  readonly puts: Record<string, Tensor>;
}

/** A program of a sampler. */
export interface Part extends Notes {
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/** Builds a program of a sampler. */
export type BuildPart = (scope: Scope) => Part;

/** Creates each named input once. */
function reader(notes: Notes, shapeOf: (read: Read) => Shape) {
  const inputs = new Map<string, Tensor>();
  return (name: string, rows: 0 | 1, columns: number, features: number): Tensor => {
    const key = `${name}.${rows}.${columns}`;
    const known = inputs.get(key);
    if (known !== undefined) return known;
    const read = { input: key, name, rows, columns, features };
    const created = input(key, shapeOf(read));
    notes.reads.push(read);
    inputs.set(key, created);
    return created;
  };
}

/** Carried values as inputs of a pixel's program. Each layer has its own names. */
export function carriedAtPixel(notes: Notes): (layer: number) => Carried {
  const read = reader(notes, ({ features }) => [features, "B"]);
  return (layer) => ({
    onLeft: (name, features, columns) => read(`${name}${layer}`, 0, columns, features),
    above: (name, features) => read(`${name}${layer}`, 1, 0, features),
    put(name, value) {
      notes.puts[`${name}${layer}`] = value;
    },
  });
}

/** Carried values as inputs of a row's program, where rows are [W, features, B]. */
export function carriedAfterRow(notes: Notes, width: number): (layer: number) => CarriedRow {
  const read = reader(notes, ({ features }) => [width, features, "B"]);
  const row = (name: string, rows: 0 | 1, features: number) =>
    transpose(read(name, rows, 0, features), [1, 0, 2]);
  return (layer) => ({
    here: (name, features) => row(`${name}${layer}`, 0, features),
    pixels: (channels) => row(PIXEL, 0, channels),
    above: (name, features) => row(`${name}${layer}`, 1, features),
    put(name, value) {
      notes.puts[`${name}${layer}`] = transpose(value, [1, 0, 2]);
    },
  });
}
