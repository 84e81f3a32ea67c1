import type { TopLevelSpec } from "vega-lite";
import type { CalibrationResult } from "../metrics/index.js";
import type { Judgement } from "./classification.js";
import { percent } from "./classification-report.js";

const SIDE = 420;
const SHARES_HEIGHT = 90;
/** With more classes than this, the counts do not fit into their cells. */
const MOST_COUNTED = 20;
/** Names of up to so many letters stand level under the matrix. */
const LEVEL_LABEL = 3;
/** Exponent of the colour scale, to make the few images off the diagonal visible. */
const EXPONENT = 0.35;

const UNIT: [number, number] = [0, 1];

/** The confusion matrix beside the reliability diagram. */
export function classificationChart(
  title: string,
  names: readonly string[],
  judgement: Judgement,
): TopLevelSpec {
  const { accuracy, calibration } = judgement;
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    title: { text: `${title}: accuracy ${percent(accuracy)}`, anchor: "middle" },
    spacing: 50,
    hconcat: [
      confusionMatrix(names, judgement),
      {
        spacing: 12,
        vconcat: [reliabilityDiagram(calibration), confidenceShares(calibration)],
      },
    ],
    resolve: { scale: { color: "independent" } },
  };
}

type Panel = Extract<TopLevelSpec, { hconcat: unknown }>["hconcat"][number];
type Encoding = Pick<
  NonNullable<Extract<TopLevelSpec, { encoding?: unknown }>["encoding"]>,
  "x" | "y"
>;

function confusionMatrix(names: readonly string[], { matrix, perClass }: Judgement): Panel {
  const values = matrix.flatMap((row, actual) =>
    row.map((count, predicted) => ({
      actual: names[actual],
      predicted: names[predicted],
      count,
      share: count / Math.max(perClass[actual].count, 1),
    })),
  );
  const order = [...names];
  const encoding: Encoding = {
    x: {
      field: "predicted",
      type: "nominal",
      scale: { domain: order },
      title: "predicted class",
      axis: { labelAngle: names.some(({ length }) => length > LEVEL_LABEL) ? -45 : 0 },
    },
    y: { field: "actual", type: "nominal", scale: { domain: order }, title: "true class" },
  };
  const cells: Panel = {
    mark: "rect",
    encoding: {
      color: {
        field: "share",
        type: "quantitative",
        title: "share of the class",
        scale: { type: "pow", exponent: EXPONENT, domain: UNIT, scheme: "blues" },
        legend: { format: "%", values: [0, 0.01, 0.1, 0.3, 1], orient: "bottom" },
      },
    },
  };
  const counts: Panel = {
    mark: { type: "text", fontSize: 10 },
    encoding: {
      text: { field: "count", type: "quantitative" },
      color: { condition: { test: "datum.share > 0.3", value: "white" }, value: "black" },
    },
  };
  return {
    title: "images by true and predicted class",
    width: SIDE,
    height: SIDE,
    data: { values: values.filter(({ count }) => count > 0) },
    encoding,
    layer: names.length > MOST_COUNTED ? [cells] : [cells, counts],
  };
}

function reliabilityDiagram({ bins, expectedError }: CalibrationResult): Panel {
  const filled = bins.filter(({ count }) => count > 0);
  const share = { type: "quantitative", scale: { domain: UNIT } } as const;
  return {
    title: `accuracy by confidence: expected calibration error ${expectedError.toFixed(4)}`,
    width: SIDE,
    height: SIDE - SHARES_HEIGHT,
    layer: [
      {
        data: { values: filled },
        mark: { type: "bar", color: "#9ecae1", stroke: "white" },
        encoding: {
          x: { ...share, field: "from", title: null },
          x2: { field: "to" },
          y: { ...share, field: "accuracy", title: "accuracy" },
          y2: { datum: 0 },
        },
      },
      {
        data: { values: [{ at: 0 }, { at: 1 }] },
        mark: { type: "line", color: "#636363", strokeDash: [4, 4] },
        encoding: { x: { ...share, field: "at" }, y: { ...share, field: "at" } },
      },
      {
        data: { values: filled },
        mark: { type: "point", filled: true, color: "#08519c", size: 45, opacity: 1 },
        encoding: { x: { ...share, field: "confidence" }, y: { ...share, field: "accuracy" } },
      },
    ],
  };
}

function confidenceShares({ bins, count }: CalibrationResult): Panel {
  return {
    width: SIDE,
    height: SHARES_HEIGHT,
    data: { values: bins.map((bin) => ({ ...bin, share: bin.count / count })) },
    mark: { type: "bar", color: "#bdbdbd", stroke: "white" },
    encoding: {
      x: {
        field: "from",
        type: "quantitative",
        scale: { domain: UNIT },
        title: "confidence: probability of the predicted class",
      },
      x2: { field: "to" },
      y: {
        field: "share",
        type: "quantitative",
        title: "share of images",
        axis: { format: "%", tickCount: 3 },
      },
      y2: { datum: 0 },
    },
  };
}
