import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A named float32 array. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The common start of all contestants, so that they compute the same numbers. */
export interface Start {
  /** Prefixes of the names of the parameters that the step trains. */
  readonly trains: readonly string[];
  readonly learningRate: number;
  readonly parameters: readonly NamedArray[];
  readonly pixelsUnit: NamedArray;
  /** The noise of the first steps, by step. */
  readonly noise: readonly (readonly NamedArray[])[];
}

interface Place {
  readonly name: string;
  readonly shape: readonly number[];
  /** Position in `start.bin`, in elements. */
  readonly offset: number;
}

/** Writes `start.json` and `start.bin` (little-endian float32), which Python reads without a library. */
export function writeStart(folder: string, start: Start): void {
  const chunks: Float32Array[] = [];
  let offset = 0;
  const place = ({ name, shape, values }: NamedArray): Place => {
    const here = { name, shape, offset };
    chunks.push(values);
    offset += values.length;
    return here;
  };
  const header = {
    ...start,
    parameters: start.parameters.map(place),
    pixelsUnit: place(start.pixelsUnit),
    noise: start.noise.map((arrays) => arrays.map(place)),
  };
  writeFileSync(
    join(folder, "start.bin"),
    Buffer.concat(
      chunks.map(({ buffer, byteOffset, byteLength }) =>
        Buffer.from(buffer, byteOffset, byteLength),
      ),
    ),
  );
  writeFileSync(join(folder, "start.json"), JSON.stringify(header));
}

export function readStart(folder: string): Start {
  const bytes = readFileSync(join(folder, "start.bin"));
  const elements = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const header = JSON.parse(readFileSync(join(folder, "start.json"), "utf8"));
  const load = ({ name, shape, offset }: Place): NamedArray => {
    const count = shape.reduce((product, length) => product * length, 1);
    return { name, shape, values: elements.slice(offset, offset + count) };
  };
  return {
    ...header,
    parameters: header.parameters.map(load),
    pixelsUnit: load(header.pixelsUnit),
    noise: header.noise.map((places: Place[]) => places.map(load)),
  };
}
