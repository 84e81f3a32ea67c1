import { z } from "zod";
import type { DataTraits } from "../../../core/batch.js";
import { pixelsPerImage } from "../../../core/batch.js";
import { defineModel } from "../../../core/model.js";

import { mul } from "../../../tensor/ops/elementwise.js";
import { sum } from "../../../tensor/ops/reduction.js";
import { constant } from "../../../tensor/tensor.js";
import { subscript } from "../../typography.js";
import type { Rows } from "../counting.js";
import type { TabularModel } from "../draws.js";
import { explanation } from "../explanation.js";
import { countingKeys, levelsOf } from "../levels.js";
import { jointParameters } from "../parameter-count.js";
import { requireRoom } from "../room.js";
import { tabularModel } from "../tabular-model.js";
import { type Joint, readJoint, stride } from "./joint.js";

const tableConfig = z.strictObject(countingKeys);

/** A table with a probability for every possible image. */
export const table = defineModel({
  id: "table",
  family: "tabular",
  title: "Full joint table",
  source: {
    title: "On the Mathematical Foundations of Theoretical Statistics",
    authors: "Fisher",
    year: 1922,
    reference: "doi:10.1098/rsta.1922.0009",
  },
  density: "exact",
  config: tableConfig,
  training: { by: "passes", batchSize: 2000, epochs: 1 },
  build,
});

function build(config: z.output<typeof tableConfig>, data: DataTraits): TabularModel {
  const levels = levelsOf("table", config, data);
  const variables = pixelsPerImage(data);
  const joint = { variables, levels, cells: levels ** variables };
  const parameters = jointParameters(variables, levels);
  requireRoom(
    "table",
    parameters,
    joint.cells,
    "smaller images (--size 4), fewer levels (--binarisation fixed), or a model that assumes independences: markov or independent",
  );
  const image = `p(x₁, …, x${subscript(variables)})`;
  return tabularModel({
    config,
    data,
    rows: rowsOf(joint),
    drawsPerImage: 1,
    read: (logProbs, temperature) => readJoint(joint, logProbs, temperature),
    estimator: "entry of the joint table",
    explain: () =>
      explanation({
        title: "Full joint table",
        data,
        levels,
        parameters,
        order: "row by row",
        factorisation: [`${image}: one number for each of the ${joint.cells} possible images`],
        independences: ["none: every pixel may depend on all others in any way"],
        estimation: {
          outcome: "x",
          seen: "N(x)",
          outOf: "N",
          outcomes: joint.cells,
          where: "N counts images, and N(x) those that equal x",
        },
        smoothing: config.smoothing,
      }),
  });
}

/** One distribution, over all cells. */
function rowsOf(joint: Joint): Rows {
  const { cells, levels, variables } = joint;
  const strides = Array.from({ length: variables }, (_, variable) => stride(joint, variable));
  return {
    count: 1,
    outcomes: cells,
    levels,
    entries: (values) => sum(mul(values, constant(strides, [1, variables], "int32")), 1, true),
  };
}
