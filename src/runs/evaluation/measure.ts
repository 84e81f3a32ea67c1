import { setImmediate } from "node:timers/promises";
import type { ComparedSets, Figure, MeasureOptions } from "../../metrics/comparison/comparison.js";
import { comparison, type MetricName } from "../../metrics/comparison/registry.js";
import type { Work } from "./contract.js";

/** A figure with the metric that it belongs to. */
export interface MeasuredFigure extends Figure {
  readonly metric: MetricName;
}

/** The metrics of a set, with a pause before each in which progress is shown and Ctrl-C is heard. */
export async function measured(
  sets: ComparedSets,
  of: string,
  { metrics, signal, onProgress }: Pick<Work, "metrics" | "signal" | "onProgress">,
  options: MeasureOptions,
): Promise<MeasuredFigure[]> {
  const figures: MeasuredFigure[] = [];
  for (const [done, metric] of metrics.entries()) {
    const { description, measure } = comparison(metric);
    onProgress?.({ label: of + description, done, total: metrics.length });
    await setImmediate();
    signal?.throwIfAborted();
    for (const figure of measure(sets, options)) figures.push({ metric, ...figure });
  }
  return figures;
}
