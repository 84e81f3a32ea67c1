import { Chart } from "../parts/chart.js";
import { Panel } from "../parts/panel.js";
import type { StageProps } from "./lesson.js";

/** Pixels of a chart beside a picture, and of one across the page. */
export const TALL = 250;
const FLAT = 170;

interface CurvesPanelProps extends Pick<StageProps, "live"> {
  readonly title: string;
  /** Metrics by their names, such as `train.loss`. */
  readonly curves: readonly { readonly label: string; readonly metric: string }[];
  readonly wide?: boolean;
}

/** A chart of metrics of the model that learns. */
export function CurvesPanel({ live, title, curves, wide = false }: CurvesPanelProps) {
  const measured = live.curves.value;
  return (
    <Panel title={title} wide={wide}>
      <Chart
        label={title}
        height={wide ? FLAT : TALL}
        curves={curves.map(({ label, metric }) => ({ label, points: measured.get(metric) ?? [] }))}
      />
    </Panel>
  );
}
