import {
  add,
  cast,
  div,
  equal,
  greater,
  mul,
  sqrt,
  square,
  sub,
  where,
} from "../../../tensor/ops/elementwise.js";
import { oneHot } from "../../../tensor/ops/indexing.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { stack } from "../../../tensor/ops/rearrange.js";
import { argMax, logSumExp, sum } from "../../../tensor/ops/reduction.js";
import { range, type Tensor } from "../../../tensor/tensor.js";

/** Sharpens cosines, which lie in [−1, 1]. */
const SHARPNESS = 10;
const EPS = 1e-8;
const NEVER = -1e9;

/** How well images find their captions. */
export interface Matching {
  /** [B] nats: −log p(own caption | image) among the captions of the batch */
  readonly loss: Tensor;
  /** [B] 1 where the own caption is the likeliest */
  readonly hits: Tensor;
}

/** More captions for the images to be told from their own. */
export interface Others {
  /** [B, E] one for each image */
  readonly captions: Tensor;
  /** float32 [B] 1 where it is there */
  readonly exist: Tensor;
}

/**
 * The matching loss between images and whole captions: the cross-entropy of an image's own caption
 * among those of the batch and others, by the cosine of their features. Other images' captions that read
 * the same are left out.
 *
 * @param images    [B, E]
 * @param captions  [B, E]
 * @param same      bool [B, B] which captions read the same
 * @source Xu et al. 2018, arXiv:1711.10485, equations 12 and 13, in one direction; Zhang et al. 2021,
 *         arXiv:2101.04702, equation 5
 */
export function matching(
  images: Tensor,
  captions: Tensor,
  same: Tensor,
  more: readonly Others[] = [],
): Matching {
  const [count] = images.shape;
  const seen = unitLength(images);
  const cosines = matmul(seen, unitLength(captions), { transposeB: true });
  const logits = mul(cosines, SHARPNESS);
  const own =
    typeof count === "number" ? oneHot(range(count, "int32"), count) : cast(same, "float32");
  const ofBatch = where(same, add(logits, mul(sub(1, own), NEVER)), logits);
  const ofMore = more.map(({ captions: each, exist }) =>
    where(greater(exist, 0), mul(sum(mul(seen, unitLength(each)), 1), SHARPNESS), NEVER),
  );
  const ownLogits = sum(mul(logits, own), 1);
  const places = argMax(ofBatch, 1);
  const first =
    typeof count === "number"
      ? cast(equal(places, range(count, "int64")), "float32")
      : cast(places, "float32");
  const hits = ofMore.reduce(
    (hit, other) => mul(hit, cast(greater(ownLogits, other), "float32")),
    first,
  );
  const all = logSumExp(stack([logSumExp(ofBatch, 1), ...ofMore], 1), 1);
  return { loss: sub(all, ownLogits), hits };
}

/** [B, E] each row at length 1 */
const unitLength = (rows: Tensor): Tensor => div(rows, sqrt(add(sum(square(rows), 1, true), EPS)));
