import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Point } from "../state/live.js";
import { shownTheme } from "../state/preferences.js";
import { formatFigure } from "../strings/index.js";
import { palette, paletteOf } from "./palette.js";

export interface Curve {
  readonly label: string;
  readonly points: readonly Point[];
}

interface ChartProps {
  /** What it shows, for people who do not see it. */
  readonly label: string;
  readonly curves: readonly Curve[];
  readonly height?: number | undefined;
}

/** Curves over steps, drawn by uPlot. */
export function Chart({ label, curves, height = 180 }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shade = shownTheme.value;
  const names = curves.map((curve) => curve.label).join("\n");

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const made = new uPlot(options(names.split("\n"), element, height), [[]], element);
    plot.current = made;
    const observer = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [names, height, shade]);

  useEffect(() => {
    plot.current?.setData(joined(curves));
  });

  const last = curves.flatMap(({ label: name, points }) => {
    const point = points.at(-1);
    return point === undefined ? [] : [{ name, value: formatFigure(point.value) }];
  });
  return (
    <figure class="chart">
      <figcaption>
        {last.map(({ name, value }, at) => (
          <span key={name} class="key" data-series={at % palette.length}>
            {name} <b>{value}</b>
          </span>
        ))}
      </figcaption>
      <div ref={box} role="img" aria-label={label} />
    </figure>
  );
}

/** All curves over the union of their steps. */
function joined(curves: readonly Curve[]): uPlot.AlignedData {
  const steps = [...new Set(curves.flatMap(({ points }) => points.map(({ step }) => step)))];
  steps.sort((a, b) => a - b);
  const place = new Map(steps.map((step, at) => [step, at]));
  const columns = curves.map(({ points }) => {
    const values = new Array<number | null | undefined>(steps.length).fill(undefined);
    for (const { step, value } of points) {
      values[place.get(step) as number] = Number.isFinite(value) ? value : null;
    }
    return values;
  });
  return [steps, ...columns];
}

/** Axes in the colours of the theme. */
export function axesFor(element: HTMLElement): uPlot.Axis[] {
  const style = getComputedStyle(element);
  const line = style.getPropertyValue("--line");
  const ink = style.getPropertyValue("--ink-soft");
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  return [
    { ...axis, size: 28 },
    { ...axis, size: 52, values: (_, values) => values.map(formatFigure) },
  ];
}

function options(names: readonly string[], element: HTMLElement, height: number): uPlot.Options {
  const colours = paletteOf(element);
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false } },
    axes: axesFor(element),
    series: [
      {},
      ...names.map((_, at) => ({
        stroke: colours[at % colours.length],
        width: 2,
        points: { show: false },
        spanGaps: true,
      })),
    ],
  };
}
