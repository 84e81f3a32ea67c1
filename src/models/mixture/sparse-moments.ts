import type { DataTraits } from "../../core/batch.js";
import type { HostBatch } from "../../core/driven.js";
import type { FitHost, FitSums } from "../../core/fit.js";
import { fitInputs } from "../../core/state.js";
import { matmul } from "../../tensor/ops/linear.js";
import { sliceAxis } from "../../tensor/ops/rearrange.js";
import { input } from "../../tensor/tensor.js";
import type { Layout } from "./layout.js";
import { emptyBlocks } from "./parameters.js";
import { NEGLIGIBLE } from "./responsibilities.js";
import { emShares, firstMoments, rowsOf } from "./statistics.js";

/**
 * The sums of `emStatistics` for one full covariance per component, skipping images without a share in a
 * component. Large images belong almost entirely to one component, so the second moments cost as much
 * as those of a single Gaussian, whatever the number of components.
 */
export async function sparseSums(
  host: FitHost,
  { pixelsUnit, annotations, weights, count }: HostBatch,
  data: DataTraits,
  layout: Layout,
  noise: number,
): Promise<FitSums> {
  const { components, length, blocks } = layout;
  const first = await host.program("em.shares", (scope) => {
    const batch = fitInputs(data);
    const { share, loss } = emShares(scope, batch, layout, noise);
    return { share, loss, ...firstMoments(rowsOf(batch), share) };
  });
  const second = await host.program("em.moments", () => {
    const rows = input("rows", ["R", length], "float64");
    const products = blocks.map(({ name, start, end }) => {
      const left = sliceAxis(rows, 1, { start, end });
      return [name, matmul(left, sliceAxis(rows, 1, { end }), { transposeA: true })] as const;
    });
    return Object.fromEntries(products);
  });
  const { state } = host;
  const feeds = { pixelsUnit, ...annotations, weights };
  const { share, ...sums } = await first.run({ state, feeds, dims: { B: count } });
  const whole = emptyBlocks(layout);
  for (let component = 0; component < components; component++) {
    const rows = rowsWithShare(pixelsUnit, share as Float64Array, component, layout);
    if (rows.length === 0) continue;
    const products = await second.run({ feeds: { rows }, dims: { R: rows.length / length } });
    blocks.forEach(({ name, start, end }, block) => {
      whole[block].set(products[name] as Float64Array, component * (end - start) * end);
    });
  }
  return new Map([
    ...(Object.entries(sums) as [string, Float64Array][]),
    ...blocks.map(({ name }, block) => [name, whole[block]] as const),
  ]);
}

/** Images with a share in a component, each multiplied by the root of its share: [R, D] */
function rowsWithShare(
  pixelsUnit: Float32Array,
  share: Float64Array,
  component: number,
  { components, length }: Layout,
): Float64Array {
  const members: number[] = [];
  for (let image = 0; image * components < share.length; image++) {
    if (share[image * components + component] > NEGLIGIBLE) members.push(image);
  }
  const rows = new Float64Array(members.length * length);
  members.forEach((image, row) => {
    const root = Math.sqrt(share[image * components + component]);
    for (let pixel = 0; pixel < length; pixel++) {
      rows[row * length + pixel] = root * pixelsUnit[image * length + pixel];
    }
  });
  return rows;
}
