/** Rows of a batch that is drawn with guidance: each image with its caption, then each without. */
export interface Rows {
  readonly count: number;
  readonly feeds: {
    /** [count, L] */
    readonly caption: Int32Array;
    /** [count] 1 where the caption is hidden */
    readonly isHidden: Float32Array;
  };
  /** Values of the images, for each row. */
  each<V extends Int32Array | Float32Array>(values: V): V;
}

/**
 * @param caption   [size, L]
 * @param guidance  weight of the caption; at 1 there are only rows with it
 */
export function rowsOf(size: number, caption: Int32Array, guidance: number): Rows {
  const times = guidance === 1 ? 1 : 2;
  const count = times * size;
  const each = <V extends Int32Array | Float32Array>(values: V): V => {
    if (times === 1) return values;
    const both = new (values.constructor as new (length: number) => V)(2 * values.length);
    both.set(values);
    both.set(values, values.length);
    return both;
  };
  const isHidden = Float32Array.from({ length: count }, (_, row) => Number(row >= size));
  return { count, feeds: { caption: each(caption), isHidden }, each };
}

/**
 * Logits at the weight γ of the caption: those without it plus γ times what it changes.
 *
 * @param logits  those with the caption, then those without; only the former at γ = 1
 * @source Ho & Salimans 2022, arXiv:2207.12598, equation 6
 */
export function guided(logits: Float32Array, guidance: number): Float32Array {
  if (guidance === 1) return logits;
  const [told, untold] = [
    logits.subarray(0, logits.length / 2),
    logits.subarray(logits.length / 2),
  ];
  return told.map((logit, at) => untold[at] + guidance * (logit - untold[at]));
}
