import { DataError } from "../../../core/errors.js";
import { constant, type Tensor } from "../../../tensor/index.js";
import { elementCount } from "../../../tensor/shape.js";
import type { Weight } from "./topology.js";

/** Weights by name, for a conversion. */
export type Weights = (name: string) => Tensor;

/**
 * Reads weights that are stored one after the other, a byte each, as min + scale · byte.
 *
 * @throws DataError when the bytes are not as many as the weights, or one is missing
 */
export function readWeights(weights: readonly Weight[], bytes: Uint8Array): Weights {
  const places = new Map<string, readonly [weight: Weight, offset: number]>();
  let offset = 0;
  for (const weight of weights) {
    places.set(weight.name, [weight, offset]);
    offset += elementCount(weight.shape);
  }
  if (offset !== bytes.length) {
    throw new DataError(`there are ${bytes.length} bytes of weights, not ${offset}`);
  }
  return (name) => {
    const found = places.get(name);
    if (found === undefined) throw new DataError(`there is no weight "${name}"`);
    const [{ shape, quantization }, start] = found;
    const { min, scale } = quantization;
    const values = new Float32Array(elementCount(shape));
    for (let at = 0; at < values.length; at++) values[at] = bytes[start + at] * scale + min;
    return constant(values, shape);
  };
}
