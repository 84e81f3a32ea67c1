import type { TopLevelSpec } from "vega-lite";
import type { Annotations } from "../core/annotations.js";
import type { Images } from "../core/images.js";
import type { PlanarDensity } from "../data/planar/density.js";
import { type Point, pixelsToPlane } from "../data/planar/window.js";
import type { DiscriminatorView } from "../runs/index.js";

const SIDE = 520;
/** Standard deviations from the mode within which a sample counts as high quality. */
const WITHIN = 3;
const STEPS = 128;

/** Content of a scatter plot. */
export interface PlaneChart {
  readonly title: string;
  readonly density: PlanarDensity;
  /** [N, 1, 1, 2] */
  readonly images: Images;
  readonly annotations: Annotations;
  /** What a discriminator says of each of cells × cells squares, row by row from the bottom. */
  readonly realness?: Pick<DiscriminatorView, "logits" | "cells" | "slopes">;
}

/** Bands of the discriminator's outputs, whose borders are its level lines. */
const BANDS = ["#c96a4b", "#e3a084", "#f3d3c3", "#f4f4f4", "#cfe0d0", "#94bd98", "#5c9664"];

/**
 * Plots points over their density, which it shows by a circle of three standard deviations around
 * each mode, or by the curves that noise spreads.
 */
export function planeChart({
  title,
  density,
  images,
  annotations,
  realness,
}: PlaneChart): TopLevelSpec {
  const { left, bottom, side } = density.window;
  const classes = annotations.class;
  // Circles identify the modes; curves overlap.
  const coloured = classes !== undefined && density.modes === undefined;
  const points = Array.from({ length: images.count }, (_, at) => {
    const pixels = images.pixelsUnit.subarray(2 * at, 2 * at + 2);
    const [x, y] = pixelsToPlane(density.window, [pixels[0], pixels[1]]);
    return { x, y, class: classes?.names[classes.values[at]] ?? "" };
  });
  const axis = (field: "x" | "y", from: number) => ({
    field,
    type: "quantitative" as const,
    title: field,
    scale: { domain: [from, from + side], nice: false, zero: false },
  });
  const position = { x: axis("x", left), y: axis("y", bottom) };
  return {
    title,
    width: SIDE,
    height: SIDE,
    background: "white",
    layer: [
      ...(realness === undefined ? [] : [bands(density, realness)]),
      ...(realness === undefined ? [] : [moves(density, realness, position)]),
      {
        data: { values: points },
        mark: { type: "point", filled: true, size: 9, opacity: 0.45, color: "#3467b1" },
        encoding: {
          ...position,
          ...(coloured && {
            color: {
              field: "class",
              type: "nominal" as const,
              sort: [...classes.names],
              legend: { symbolOpacity: 1 },
            },
          }),
        },
      },
      {
        data: { values: outlines(density) },
        mark: { type: "line", strokeWidth: 1.2, color: "#222222" },
        encoding: {
          ...position,
          detail: { field: "outline", type: "nominal" },
          order: { field: "step", type: "quantitative" },
        },
      },
    ],
  };
}

/** The lines that show a density. */
function outlines({ spines, modes }: PlanarDensity) {
  const lines: ((t: number) => Point)[] =
    modes === undefined
      ? spines.map((spine) => (t) => spine.at(t))
      : modes.centres.map(([x, y]) => (t) => {
          const angle = 2 * Math.PI * t;
          const radius = WITHIN * modes.sigma;
          return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
        });
  return lines.flatMap((at, outline) =>
    Array.from({ length: STEPS + 1 }, (_, step) => {
      const [x, y] = at(step / STEPS);
      return { outline, step, x, y };
    }),
  );
}

/** Squares in the colour of the discriminator's output, of which positive is real. */
function bands(
  { window: { left, bottom, side } }: PlanarDensity,
  { logits, cells }: NonNullable<PlaneChart["realness"]>,
) {
  const step = side / cells;
  const values = Array.from(logits, (realness, at) => {
    const [x, y] = [left + (at % cells) * step, bottom + Math.floor(at / cells) * step];
    return { x, y, x2: x + step, y2: y + step, realness };
  });
  const most = logits.reduce((greatest, value) => Math.max(greatest, Math.abs(value)), 1e-6);
  return {
    data: { values },
    mark: { type: "rect" as const },
    encoding: {
      x: { field: "x", type: "quantitative" as const },
      x2: { field: "x2" },
      y: { field: "y", type: "quantitative" as const },
      y2: { field: "y2" },
      color: {
        field: "realness",
        type: "quantitative" as const,
        title: "D",
        scale: { type: "quantize" as const, domain: [-most, most], range: BANDS },
      },
    },
  };
}

/** The longest line that shows a slope, as a share of the window's side. */
const LONGEST = 1 / 14;

/** Lines from some of the points to where the discriminator's slope tells the generator to move them. */
function moves(
  { window: { side } }: PlanarDensity,
  { slopes }: Pick<DiscriminatorView, "slopes">,
  position: object,
) {
  const lengths = slopes.map(({ gradient: [dx, dy] }) => Math.hypot(dx, dy));
  const scale = (LONGEST * side) / lengths.reduce((a, b) => Math.max(a, b), 1e-12);
  const values = slopes.flatMap(({ point: [x, y], gradient: [dx, dy] }, slope) => [
    { slope, end: 0, x, y },
    { slope, end: 1, x: x + scale * dx, y: y + scale * dy },
  ]);
  return {
    data: { values },
    mark: { type: "line" as const, strokeWidth: 1, color: "#7a3fa0" },
    encoding: {
      ...position,
      detail: { field: "slope", type: "nominal" as const },
      order: { field: "end", type: "quantitative" as const },
    },
  };
}
