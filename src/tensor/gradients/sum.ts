import { add } from "../ops/elementwise.js";
import { concat, pad, zerosOfShape } from "../ops/rearrange.js";
import type { Dim } from "../shape.js";
import type { AnyTensor, Tensor } from "../tensor.js";
import { joinProducts } from "./products.js";

/** The cotangent of a slice: zero outside a range of one axis. */
interface Stretch {
  readonly cotangent: Tensor;
  readonly part: Tensor;
  readonly axis: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The sum of the cotangents that a tensor receives from its users.
 *
 * A tensor that is cut into T slices would receive T padded copies of its full size and add them all.
 * Recurrences do this to their input sequence and to the gates of every cell. So slices along one
 * axis that do not overlap are concatenated instead, which makes a single full-size copy.
 */
export function sumOfCotangents(parts: readonly Tensor[]): Tensor {
  if (parts.length === 1) return parts[0];
  const stretches = parts.flatMap(toStretch);
  const whole = parts.filter((part) => toStretch(part).length === 0);
  const terms = [...joinProducts(whole), ...rowsOf(stretches).map(join)];
  return terms.reduce((sum, part) => add(sum, part));
}

/** A cotangent as a stretch, or an empty list if it is not one. */
function toStretch(cotangent: Tensor): Stretch[] {
  const { op, attributes, inputs } = cotangent as AnyTensor;
  if (op !== "pad" || attributes.value !== 0) return [];
  const { before, after } = attributes;
  const padded = before.flatMap((width, axis) => (width + after[axis] > 0 ? [axis] : []));
  if (padded.length !== 1) return [];
  const [axis] = padded;
  const [part] = inputs;
  const start = before[axis];
  return [{ cotangent, part, axis, start, end: start + (part.shape[axis] as number) }];
}

/** Groups of stretches of one axis that do not overlap, each in ascending order. */
function rowsOf(stretches: readonly Stretch[]): Stretch[][] {
  const rows: Stretch[][] = [];
  for (const stretch of [...stretches].sort((a, b) => a.start - b.start)) {
    const row = rows.find((candidate) => {
      const last = candidate[candidate.length - 1];
      return last.axis === stretch.axis && last.end <= stretch.start;
    });
    if (row === undefined) rows.push([stretch]);
    else row.push(stretch);
  }
  return rows;
}

/** The sum of a row's stretches. */
function join(row: readonly Stretch[]): Tensor {
  const [{ axis, start, cotangent }] = row;
  if (row.length === 1) return cotangent;
  const { shape, dtype } = cotangent;
  const along = (length: Dim) => shape.map((dim, other) => (other === axis ? length : dim));
  const pieces = row.flatMap((stretch, index) => {
    const gap = stretch.start - (row[index - 1]?.end ?? start);
    return gap > 0 ? [zerosOfShape(along(gap), dtype), stretch.part] : [stretch.part];
  });
  const end = row[row.length - 1].end;
  const widths = along(0).map((_, other): [number, number] =>
    other === axis ? [start, (shape[axis] as number) - end] : [0, 0],
  );
  return pad(concat(pieces, axis), widths);
}
