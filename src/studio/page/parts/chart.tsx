import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Point } from "../state/live.js";
import { shownTheme } from "../state/preferences.js";
import { formatFigure, strings } from "../strings/index.js";
import { palette, paletteOf } from "./palette.js";

export interface Curve {
  readonly label: string;
  readonly points: readonly Point[];
}

/** How many times as far as the later values the axis may reach for the first ones. */
const MOST_STRETCH = 4;
const ENOUGH_POINTS = 20;

interface ChartProps {
  /** What it shows, for people who do not see it. */
  readonly label: string;
  readonly curves: readonly Curve[];
  readonly height?: number | undefined;
  /** What the horizontal axis counts; steps where absent. */
  readonly along?: string;
}

/** Curves over steps, drawn by uPlot. */
export function Chart({ label, curves, height = 180, along }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shade = shownTheme.value;
  const names = curves.map((curve) => curve.label).join("\n");
  const across = along ?? strings.value.chart.steps;

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const made = new uPlot(options(names.split("\n"), element, { height, across }), [[]], element);
    plot.current = made;
    const observer = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [names, height, shade, across]);

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

/** Axes in the colours of the theme, the horizontal one with its name if it has one. */
export function axesFor(element: HTMLElement, across?: string): uPlot.Axis[] {
  const style = getComputedStyle(element);
  const line = style.getPropertyValue("--line");
  const ink = style.getPropertyValue("--ink-soft");
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  return [
    {
      ...axis,
      size: 26,
      ...(across !== undefined && {
        label: across,
        labelSize: 18,
        labelFont: `12px ${style.fontFamily}`,
      }),
    },
    { ...axis, size: 52, values: (_, values) => values.map(formatFigure) },
  ];
}

/**
 * The range of the vertical axis: all values, unless the first ones are so far off that nothing else could be
 * told apart; then these are cut off.
 */
function rangeOf(plot: uPlot, least: number | null, most: number | null): uPlot.Range.MinMax {
  if (least === null || most === null) return [null, null];
  const later = plot.data.slice(1).flatMap((values) => {
    const known = Array.from(values).filter((value) => value != null);
    return known.slice(Math.ceil(known.length / 20));
  });
  const [low, high] = [Math.min(...later), Math.max(...later)];
  const reach = MOST_STRETCH * (high - low);
  const cut = later.length >= ENOUGH_POINTS && high > low && most - least > reach;
  const [from, to] = cut
    ? [Math.max(least, high - reach), Math.min(most, low + reach)]
    : [least, most];
  return uPlot.rangeNum(from, to, 0.1, true);
}

function options(
  names: readonly string[],
  element: HTMLElement,
  { height, across }: { readonly height: number; readonly across: string },
): uPlot.Options {
  const colours = paletteOf(element);
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false }, y: { range: rangeOf } },
    axes: axesFor(element, across),
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
