import { toNumbers } from "../tensor/dtype.js";
import type { DataTraits } from "./batch.js";
import type { HostBatch } from "./driven.js";
import type { FitHost, FitStage, FitSums } from "./fit.js";
import { fitInputs } from "./state.js";

/** The sums of a batch by the traced statistics of a stage, as one program. */
export async function tracedSums(
  host: FitHost,
  { name, statistics }: Pick<FitStage, "name" | "statistics">,
  data: DataTraits,
  { pixelsUnit, annotations, weights, count }: HostBatch,
): Promise<FitSums> {
  const program = await host.program(name, (scope) => statistics(scope, fitInputs(data)));
  const outputs = await program.run({
    state: host.state,
    feeds: { pixelsUnit, ...annotations, weights },
    dims: { B: count },
  });
  return new Map(Object.entries(outputs).map(([sum, value]) => [sum, toNumbers(value)]));
}
