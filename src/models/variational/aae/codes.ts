import { type AnnotationTensors, requireAnnotation } from "../../../core/annotations.js";
import type { Scope } from "../../../nn/scope.js";
import { add, cast, mul, sub } from "../../../tensor/ops/elementwise.js";
import { expandDims } from "../../../tensor/ops/rearrange.js";
import type { Dim } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Prior } from "./priors/prior.js";

/** What codes to draw from the prior. */
interface CodeRequest {
  readonly count: Dim;
  /** With the class of each code, where classes have regions. */
  readonly annotations: AnnotationTensors;
  /** Scales the distance from the middle of the prior or of the region; 1 is the prior itself. */
  readonly temperature: Tensor | number;
}

/**
 * Draws from a prior, each code within the region of its class.
 *
 * @param regions  number of classes; 0 for none
 * @returns        [count, length]
 */
export const codesOf =
  (prior: Prior, length: number, regions: number) =>
  (scope: Scope, { count, annotations, temperature }: CodeRequest): Tensor => {
    const uniform = scope.noise("place", [count, 1], "uniform");
    const around = add(mul(sub(uniform, 0.5), temperature), 0.5);
    const place = regions === 0 ? around : within(annotations, around, regions);
    return prior.draw(scope, { count, length, place, regions, temperature });
  };

/** Moves a place in [0, 1) into the part of the image's class. */
function within(annotations: AnnotationTensors, place: Tensor, regions: number): Tensor {
  const number = expandDims(cast(requireAnnotation(annotations, "class"), "float32"), 1);
  return mul(add(number, place), 1 / regions);
}
