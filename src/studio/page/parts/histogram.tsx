import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatFigure } from "../strings/index.js";
import { axesFor } from "./chart.js";
import { paletteOf } from "./palette.js";

interface HistogramProps {
  readonly label: string;
  readonly series: readonly { readonly label: string; readonly values: ArrayLike<number> }[];
}

const BINS = 24;
const HEIGHT = 160;

/** How often values fall into each of some equal bins. */
export function Histogram({ label, series }: HistogramProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const colours = paletteOf(element);
    const bars = uPlot.paths.bars?.({ size: [0.9, 60] });
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false } },
        axes: axesFor(element),
        series: [
          {},
          ...series.map((_, at) => ({
            stroke: colours[at],
            fill: `${colours[at]}66`,
            ...(bars && { paths: bars }),
            points: { show: false },
          })),
        ],
      },
      binned(series),
      element,
    );
    return () => plot.destroy();
  }, [series]);
  return (
    <figure class="chart">
      <figcaption>
        {series.map(({ label: name, values }, at) => (
          <span key={name} class="key" data-series={at}>
            {name} <b>{formatFigure(mean(values))}</b>
          </span>
        ))}
      </figcaption>
      <div ref={box} role="img" aria-label={label} />
    </figure>
  );
}

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

function binned(series: HistogramProps["series"]): uPlot.AlignedData {
  const all = series.flatMap(({ values }) => Array.from(values)).filter(Number.isFinite);
  const least = Math.min(...all);
  const width = (Math.max(...all) - least) / BINS || 1;
  const centres = Array.from({ length: BINS }, (_, bin) => least + (bin + 0.5) * width);
  const counts = series.map(({ values }) => {
    const out = new Array<number>(BINS).fill(0);
    for (const value of Array.from(values)) {
      if (!Number.isFinite(value)) continue;
      out[Math.min(BINS - 1, Math.floor((value - least) / width))] += 1 / values.length;
    }
    return out;
  });
  return [centres, ...counts];
}
