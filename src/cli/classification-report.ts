import type { Judgement, Prediction } from "./classification.js";
import { columns, figure, integer, plural } from "./format.js";

/** The figures at the head of the report: how well the model finds the classes. */
export function judgementFigures({
  accuracy,
  interval,
  count,
  nllNats,
  calibration,
}: Judgement): [string, string][] {
  const { expectedError, maximumError, bins } = calibration;
  const { low, high, level } = interval;
  return [
    [
      "accuracy",
      `${percent(accuracy)} of ${plural(count, "image")} (${100 * level} % interval: ${percent(low)} to ${percent(high)})`,
    ],
    ["NLL", `${figure(nllNats)} nats per image for its class`],
    [
      "calibration",
      `expected error ${figure(expectedError)}, largest ${figure(maximumError)}, in ${bins.length} bins of confidence`,
    ],
  ];
}

/** Precision, recall and number of images of each class. */
export function classTable({ perClass, matrix }: Judgement): string {
  return columns([
    ["class", "images", "precision", "recall", "predicted"],
    ...perClass.map(({ name, count, precision, recall }, label) => [
      name,
      integer(count),
      percent(precision),
      percent(recall),
      integer(matrix.reduce((sum, row) => sum + row[label], 0)),
    ]),
  ]);
}

/** The most confused pairs of classes, most frequent first. */
export const confusedTable = ({ confused }: Judgement, most: number): string =>
  columns([
    ["class", "taken for", "images", "share of the class"],
    ...confused
      .slice(0, most)
      .map(({ actual, predicted, count, share }) => [
        actual,
        predicted,
        integer(count),
        percent(share),
      ]),
  ]);

/** The first images with their predicted classes. */
export const predictionTable = (predictions: readonly Prediction[], most: number): string =>
  columns([
    ["image", "class", "probability"],
    ...predictions
      .slice(0, most)
      .map(({ id, class: name, probability }) => [id, name, probability.toFixed(4)]),
  ]);

/** How many images each class was predicted for; classes without any are left out. */
export function countTable(predictions: readonly Prediction[], names: readonly string[]): string {
  const rows = names.map((name) => ({
    name,
    count: predictions.filter(({ class: given }) => given === name).length,
  }));
  return columns([
    ["class", "images"],
    ...rows.filter(({ count }) => count > 0).map(({ name, count }) => [name, integer(count)]),
  ]);
}

/** 99.41 %; – for a share of nothing. */
export const percent = (share: number): string =>
  Number.isNaN(share) ? "–" : `${(100 * share).toFixed(2)} %`;
