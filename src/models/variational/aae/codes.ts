import { type AnnotationTensors, requireAnnotation } from "../../../core/annotations.js";
import type { Scope } from "../../../nn/scope.js";
import { isCold } from "../../../nn/temperature.js";
import { add, cast, mul, where } from "../../../tensor/ops/elementwise.js";
import { expandDims } from "../../../tensor/ops/rearrange.js";
import type { Dim } from "../../../tensor/shape.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import type { Prior } from "./priors/prior.js";

/** What codes to draw from the prior. */
interface CodeRequest {
  readonly count: Dim;
  /** With the class of each code, where classes have regions. */
  readonly annotations: AnnotationTensors;
  /** Scales the prior's spread; 1 is the prior itself, 0 the middle of it or of the region. */
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
  (scope: Scope, { count, annotations, temperature: spread }: CodeRequest): Tensor => {
    const temperature = typeof spread === "number" ? constant(spread) : spread;
    const uniform = scope.noise("place", [count, 1], "uniform");
    // All places are as likely, so no temperature but 0 prefers one.
    const anywhere = where(isCold(temperature), 0.5, uniform);
    const position =
      regions === 0
        ? { place: anywhere, middle: 0.5 }
        : {
            place: inRegion(annotations, anywhere, regions),
            middle: inRegion(annotations, 0.5, regions),
          };
    return prior.draw(scope, { count, length, ...position, regions, temperature });
  };

/** Moves a share of [0, 1) into the part of the image's class. */
function inRegion(annotations: AnnotationTensors, share: Tensor | number, regions: number): Tensor {
  const number = expandDims(cast(requireAnnotation(annotations, "class"), "float32"), 1);
  return mul(add(number, share), 1 / regions);
}
