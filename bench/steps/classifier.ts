import { numberedClasses } from "../../src/core/annotations.js";
import { STOPPED } from "../../src/core/state.js";
import { classifier } from "../../src/models/discriminative/classifier/index.js";
import { cast, div, floor, mul, round, sub } from "../../src/tensor/ops/elementwise.js";
import { reshape, slice } from "../../src/tensor/ops/rearrange.js";
import type { Tensor } from "../../src/tensor/tensor.js";
import { type BenchStep, stepOnly } from "./step.js";

const CLASSES = 10;
const data = {
  channels: 1,
  height: 28,
  width: 28,
  binary: false,
  levels: 256,
  annotations: numberedClasses(CLASSES),
};

/** The model that users train, with its default configuration. A batch's first pixels name its classes. */
export const classifierStep: BenchStep = {
  id: "classifier",
  title:
    "classifier, residual 3×3 convolutions (32, 64, 128) with batch norm, dense 128, 28×28, batch 128",
  batchSize: 128,
  data,
  build() {
    const { steps } = classifier.build(classifier.config.parse({}), data);
    return stepOnly(steps[0].trains, (scope, pixelsUnit) => {
      const annotations = { class: classesIn(pixelsUnit) };
      return steps[0].objective(scope, { pixelsUnit, annotations }, STOPPED).loss;
    });
  },
};

/** int32 [B]: the first pixel of each image in steps of 1/255, modulo the number of classes. */
function classesIn(pixelsUnit: Tensor): Tensor {
  const corner = slice(pixelsUnit, [null, null, { start: 0, end: 1 }, { start: 0, end: 1 }]);
  const value = round(mul(reshape(corner, [-1]), 255));
  return cast(sub(value, mul(floor(div(value, CLASSES)), CLASSES)), "int32");
}
