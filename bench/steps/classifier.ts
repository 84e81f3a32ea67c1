import { numberedClasses } from "../../src/core/annotations.js";
import { STOPPED } from "../../src/core/state.js";
import { classifier } from "../../src/models/discriminative/classifier/index.js";
import { reshape } from "../../src/tensor/ops/rearrange.js";
import { type BenchStep, stepOnly, symbolsIn } from "./step.js";

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
      const annotations = { class: reshape(symbolsIn(pixelsUnit, CLASSES, 1), [-1]) };
      return steps[0].objective(scope, { pixelsUnit, annotations }, STOPPED).loss;
    });
  },
};
