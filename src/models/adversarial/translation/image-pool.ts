import { type Scope, zeros } from "../../../nn/index.js";
import {
  add,
  and,
  cast,
  equal,
  floor,
  less,
  mul,
  not,
  or,
  where,
} from "../../../tensor/ops/elementwise.js";
import { concat, reshape, sliceAxis } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import { range, type Tensor } from "../../../tensor/tensor.js";

/**
 * Shows a discriminator earlier images of a generator beside its latest, so that it does not forget
 * what it has learned of them. Once the pool is full, each image is with probability ½ exchanged for
 * one of the pool, which it replaces. The pool is memory: checkpoints keep it exactly.
 *
 * @param scope  of the pool, for its memory and noise
 * @param drawn  [B, C, H, W] the latest images; a symbolic batch, which is traced only for its
 *               variables, is shown as it is
 * @param size   images in the pool; 0 shows the latest images only
 * @returns      [B, C, H, W]
 * @source Shrivastava et al. 2017, arXiv:1612.07828, section 2.3; one image at a time as in the
 *         reference implementation of Zhu et al. 2017, arXiv:1703.10593
 */
export function pooled(scope: Scope, drawn: Tensor, size: number): Tensor {
  if (size === 0) return drawn;
  const [count, ...shape] = drawn.shape as number[];
  const images = scope.memory("images", [size, ...shape], zeros);
  const filled = scope.memory("filled", [1], zeros);
  if (typeof count !== "number") return drawn;
  const [exchanges, places] = ["exchange", "place"].map((name) =>
    scope.noise(name, [count], "uniform"),
  );
  let [pool, held] = [images, filled];
  const shown: Tensor[] = [];
  for (let at = 0; at < count; at++) {
    const only = (values: Tensor) => sliceAxis(values, 0, { start: at, end: at + 1 });
    const image = only(drawn);
    const isFull = not(less(held, size));
    const exchanged = and(isFull, less(only(exchanges), 0.5));
    const place = where(isFull, floor(mul(only(places), size)), held);
    const chosen = equal(range(size), place);
    const each = (mask: Tensor) => reshape(mask, [size, ...shape.map(() => 1)]);
    const old = sum(mul(pool, cast(each(chosen), "float32")), 0, true);
    shown.push(where(reshape(exchanged, [1, 1, 1, 1]), old, image));
    pool = where(each(and(chosen, or(exchanged, not(isFull)))), image, pool);
    held = add(held, cast(not(isFull), "float32"));
  }
  scope.update(images, pool);
  scope.update(filled, held);
  return concat(shown, 0);
}
