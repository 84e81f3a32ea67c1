import type { Scope } from "../../../nn/scope.js";
import { transpose } from "../../../tensor/ops/rearrange.js";
import type { Shape } from "../../../tensor/shape.js";
import { input, type Tensor } from "../../../tensor/tensor.js";

/** A value that a program reads, of a pixel that was visited before. */
export interface Read {
  /** Name of the program's input. */
  readonly input: string;
  /** Name under which the value was put. */
  readonly name: string;
  /** Rows and columns from the pixel that is visited back to the one that put the value. */
  readonly rows: 0 | 1;
  readonly columns: number;
  readonly features: number;
}

/** Values that a sampler carries from pixel to pixel, by name. Zeros stand for those outside an image. */
export interface Carried {
  /** [features, B] of the pixel this many columns to the left. */
  onLeft(name: string, features: number, columns: number): Tensor;
  /** [features, B] of the pixel above. */
  above(name: string, features: number): Tensor;
  /** Keeps a value of this pixel: [features, B]. */
  put(name: string, value: Tensor): void;
}

/** The same between rows, for whole rows at once: [features, W, B]. */
export interface CarriedRow {
  /** Of the row that was just finished. */
  here(name: string, features: number): Tensor;
  /** The pixels themselves, embedded. */
  pixels(channels: number): Tensor;
  /** Of the row above it. */
  above(name: string, features: number): Tensor;
  put(name: string, value: Tensor): void;
}

/** Name under which a pixel's embedded values are carried: [C, B]. */
export const PIXEL = "embedded";

/** What a program reads and puts, noted down while it is traced. */
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

/** Inputs by name, each created once. */
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

/** Carried values as inputs of a pixel's program; the n-th layer has names of its own. */
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

/** Carried values as inputs of a row's program, in which rows are [W, features, B]. */
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
