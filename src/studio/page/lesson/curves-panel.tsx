import { Chart } from "../parts/chart.js";
import { Panel } from "../parts/panel.js";
import type { StageProps } from "./lesson.js";

interface CurvesPanelProps extends Pick<StageProps, "live"> {
  readonly title: string;
  /** Metrics by their names, such as `train.loss`. */
  readonly curves: readonly { readonly label: string; readonly metric: string }[];
  readonly wide?: boolean;
  readonly height?: number;
}

/** A chart of metrics of the model that learns. */
export function CurvesPanel({ live, title, curves, wide = false, height }: CurvesPanelProps) {
  const measured = live.curves.value;
  return (
    <Panel title={title} wide={wide}>
      <Chart
        label={title}
        height={height}
        curves={curves.map(({ label, metric }) => ({ label, points: measured.get(metric) ?? [] }))}
      />
    </Panel>
  );
}
