/**
 * How often the judges of `figment evaluate --metrics aspects` read real images right: the table in
 * docs/metrics.md, from all images of both test splits.
 *
 *   npx tsx scripts/aspect-judges.ts
 */

import { conditionLike } from "../src/core/capabilities/condition.js";
import { loadDataset } from "../src/data/index.js";
import { judgedDatasets } from "../src/metrics/aspects/registry.js";
import { aspects } from "../src/metrics/comparison/aspects.js";
import { openJudges } from "../src/runs/evaluation/open-judges.js";
import { partsOf } from "../src/runs/judged-images.js";
import { table } from "./table.js";

for (const name of judgedDatasets) {
  for (const split of ["test", "test-seen"]) {
    const set = await loadDataset(name, { split });
    const judges = await openJudges(set, { host: "inline", threads: 2 });
    const slots = judges.names;
    const asked = judges.asked(conditionLike(set.annotations ?? {}, set.count), set.count);
    const read = new Int32Array(asked.length);
    let at = 0;
    for (const part of partsOf(set)) {
      read.set(await judges.read(part), at);
      at += part.count * slots.length;
    }
    await judges.close();
    // Judges alone decide what this metric says.
    const features = { count: set.count, width: 0, values: new Float64Array() };
    const generated = { features, slots: { slots, asked, read } };
    const sets = { real: generated, generated, shape: set };
    const figures = aspects.measure(sets, { seed: 0, intervals: true });
    const rows = figures.map(({ figure, value, interval }) => [
      figure,
      `${(100 * value).toFixed(2)} %`,
      interval ? `${(100 * interval.low).toFixed(2)} to ${(100 * interval.high).toFixed(2)}` : "",
    ]);
    process.stdout.write(
      `${table([`${name}, ${split}, ${set.count}`, "right", "95 %"], rows)}\n\n`,
    );
  }
}
