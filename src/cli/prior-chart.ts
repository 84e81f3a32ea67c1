import type { TopLevelSpec } from "vega-lite";
import type { Annotations } from "../core/annotations.js";
import type { Projection } from "../metrics/projection/projection.js";

const SIDE = 380;
const MOST_CLASSES = 10;

/** A set of codes in the plane. */
export interface CodePanel {
  readonly title: string;
  readonly points: Projection["points"];
  /** Colours the codes. */
  readonly classes?: Annotations["class"];
}

/** Plots sets of codes side by side on the same axes. */
export function priorChart(
  title: string,
  axes: readonly [string, string],
  panels: readonly CodePanel[],
): TopLevelSpec {
  const domain = (which: 0 | 1) => {
    const values = panels.flatMap(({ points }) =>
      Array.from(points).filter((_, at) => at % 2 === which),
    );
    return [Math.min(...values), Math.max(...values)];
  };
  const axis = (field: "x" | "y", which: 0 | 1) => ({
    field,
    type: "quantitative" as const,
    title: axes[which],
    scale: { domain: domain(which), zero: false, nice: true },
  });
  const position = { x: axis("x", 0), y: axis("y", 1) };
  return {
    title,
    background: "white",
    hconcat: panels.map(({ title: name, points, classes }) => ({
      title: name,
      width: SIDE,
      height: SIDE,
      data: {
        values: Array.from({ length: points.length / 2 }, (_, at) => ({
          x: points[2 * at],
          y: points[2 * at + 1],
          class: classes?.names[classes.values[at]] ?? "",
        })),
      },
      mark: { type: "point" as const, filled: true, size: 9, opacity: 0.5, color: "#3467b1" },
      encoding: {
        ...position,
        ...(classes !== undefined &&
          classes.names.length <= MOST_CLASSES && {
            color: {
              field: "class",
              type: "nominal" as const,
              sort: [...classes.names],
              scale: { scheme: "tableau10" as const },
              legend: { symbolOpacity: 1 },
            },
          }),
      },
    })),
  };
}
