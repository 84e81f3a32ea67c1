import type { TopLevelSpec } from "vega-lite";
import type { Annotations } from "../core/annotations.js";
import type { Projection } from "../metrics/projection/projection.js";

const SIDE = 560;
/** More classes than this have no colours that one can tell apart. */
const MOST_CLASSES = 20;

export interface LatentChart {
  readonly title: string;
  readonly how: "none" | "pca" | "umap";
  readonly projection: Projection;
  readonly annotations?: Annotations | undefined;
}

/** Plots codes in the plane, coloured by the class of their images. */
export function latentChart({ title, how, projection, annotations }: LatentChart): TopLevelSpec {
  const classes = annotations?.class;
  const coloured = classes !== undefined && classes.names.length <= MOST_CLASSES;
  const { points, shares } = projection;
  const values = Array.from({ length: points.length / 2 }, (_, at) => ({
    x: points[2 * at],
    y: points[2 * at + 1],
    class: classes?.names[classes.values[at]] ?? "",
  }));
  const axis = (field: "x" | "y", number: 0 | 1) => ({
    field,
    type: "quantitative" as const,
    title: axisTitle(how, number, shares),
    scale: { zero: false, nice: true },
  });
  return {
    title,
    width: SIDE,
    height: SIDE,
    background: "white",
    data: { values },
    mark: { type: "point", filled: true, size: 14, opacity: 0.6, color: "#3467b1" },
    encoding: {
      x: axis("x", 0),
      y: axis("y", 1),
      ...(coloured && {
        color: {
          field: "class",
          type: "nominal" as const,
          sort: [...classes.names],
          scale: { scheme: classes.names.length <= 10 ? ("tableau10" as const) : "tableau20" },
          legend: { symbolOpacity: 1, symbolSize: 60 },
        },
      }),
    },
  };
}

function axisTitle(how: string, number: 0 | 1, shares: Projection["shares"]): string {
  if (how === "none") return `number ${number} of the code`;
  if (shares === null) return `${how.toUpperCase()} ${number + 1}`;
  return `principal component ${number + 1} (${(100 * shares[number]).toFixed(1)} % of the variance)`;
}
