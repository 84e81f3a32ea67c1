import type { TopLevelSpec } from "vega-lite";
import type { Row } from "./measure.js";

const SIZE = { width: 380, height: 240 } as const;

/** The Fréchet distance over evaluations of the network, a line for each sampler. */
export function samplerChart(rows: readonly Row[]): TopLevelSpec {
  const values = rows.map(({ sampler, evaluations, figures }) => ({
    sampler,
    evaluations,
    distance: figures["Fréchet distance"].value,
  }));
  const floors = rows.flatMap(({ figures }) => figures["Fréchet distance"].floor ?? []);
  return {
    ...SIZE,
    layer: [
      {
        data: { values },
        mark: { type: "line", point: true },
        encoding: {
          x: {
            field: "evaluations",
            type: "quantitative",
            scale: { type: "log" },
            title: "evaluations of the network",
          },
          y: {
            field: "distance",
            type: "quantitative",
            scale: { type: "log" },
            title: "Fréchet distance",
          },
          color: { field: "sampler", type: "nominal", title: null },
        },
      },
      {
        data: { values: floors.slice(0, 1).map((floor) => ({ floor })) },
        mark: { type: "rule", strokeDash: [4, 4] },
        encoding: { y: { field: "floor", type: "quantitative" } },
      },
    ],
  };
}

/** What guidance gains in accuracy and loses in recall. */
export function guidanceChart(rows: readonly Row[]): TopLevelSpec {
  const values = rows.flatMap(({ guidance, accuracy, figures }) => [
    { guidance, figure: "class found by a classifier", share: accuracy },
    { guidance, figure: "precision", share: figures.precision.value },
    { guidance, figure: "recall", share: figures.recall.value },
  ]);
  return {
    ...SIZE,
    data: { values },
    mark: { type: "line", point: true },
    encoding: {
      x: { field: "guidance", type: "quantitative", scale: { zero: false } },
      y: { field: "share", type: "quantitative" },
      color: { field: "figure", type: "nominal", title: null, legend: { labelLimit: 0 } },
    },
  };
}
