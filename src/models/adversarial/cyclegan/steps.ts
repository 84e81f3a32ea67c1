import type { Batch } from "../../../core/batch.js";
import type { Objective, Step } from "../../../core/steps.js";
import type { Scope } from "../../../nn/scope.js";
import { add, mul, square, stopGradient, sub } from "../../../tensor/ops/elementwise.js";
import { concat, sliceAxis } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { signed } from "../game/views.js";
import { withTerms } from "../game/with-terms.js";
import { leastSquares } from "../objectives/least-squares.js";
import { l1Distance } from "../translation/distance.js";
import { pooled } from "../translation/image-pool.js";
import type { CycleganConfig } from "./config.js";
import { type CycleNetworks, DISCRIMINATORS, GENERATORS, overPatches } from "./networks.js";

/** The top-level scope of the pools' memory. */
const POOLS = "pools";

/** Values of the images of both domains, of which a batch has equally many, the first's first. */
type Both = readonly [Tensor, Tensor];

/** Cuts a batch by domain; a symbolic one, which is traced only for its variables, counts for both. */
function byDomain(values: Tensor): Both {
  const [count] = values.shape;
  if (typeof count !== "number") return [values, values];
  const half = count / 2;
  return [
    sliceAxis(values, 0, { start: 0, end: half }),
    sliceAxis(values, 0, { start: half, end: count }),
  ];
}

/** Joins what `byDomain` cut: [B] */
function together(both: Both): Tensor {
  const [first, second] = both;
  const isCut = typeof first.shape[0] === "number";
  return isCut ? concat(both, 0) : mul(add(first, second), 0.5);
}

/** The steps of both generators, then of both discriminators. */
export const cycleSteps = (networks: CycleNetworks, config: CycleganConfig): Step[] => [
  generatorsStep(networks, config),
  discriminatorsStep(networks, config),
];

/**
 * (D(G(x)) − 1)² + λ |F(G(x)) − x| + λᵢ |F(x) − x| for each image, with G to the other domain and F
 * to its own.
 *
 * @source Zhu et al. 2017, arXiv:1703.10593, equations 2 and 3, section 4 for least squares, and
 *         section 5.2 for the identity
 */
function generatorsStep(
  { translate, judge }: CycleNetworks,
  { cycle, identity }: CycleganConfig,
): Step {
  return {
    name: "generators",
    trains: [GENERATORS],
    objective(scope: Scope, { pixelsUnit }: Batch): Objective {
      const images = signed(pixelsUnit);
      const [first, second] = byDomain(images);
      // An image normalises by itself, so one pass through a generator does for both domains.
      const passes = identity > 0 ? [0, 1].map((to) => byDomain(translate(scope, images, to))) : [];
      const translated: Both =
        identity > 0
          ? [passes[1][0], passes[0][1]]
          : [translate(scope, first, 1), translate(scope, second, 0)];
      const back: Both = [translate(scope, translated[0], 0), translate(scope, translated[1], 1)];
      const judged: Both = [judge(scope, translated[0], 1), judge(scope, translated[1], 0)];
      const adversarial = overPatches(square(sub(together(judged), 1)));
      const cycled = l1Distance(together(back), together([first, second]));
      const same =
        identity > 0
          ? l1Distance(together([passes[0][0], passes[1][1]]), together([first, second]))
          : undefined;
      return {
        loss: withTerms(adversarial, mul(cycled, cycle), same && mul(same, identity)),
        metrics: { adversarial, cycle: cycled, ...(same && { identity: same }) },
      };
    },
  };
}

/** ½ (D(y) − 1)² + ½ D(G(x))² over patches, with translations from a pool. */
function discriminatorsStep({ translate, judge }: CycleNetworks, { pool }: CycleganConfig): Step {
  return {
    name: "discriminators",
    trains: [DISCRIMINATORS],
    objective(scope: Scope, { pixelsUnit }: Batch): Objective {
      const [first, second] = byDomain(signed(pixelsUnit));
      const shown = [translate(scope, second, 0), translate(scope, first, 1)].map((drawn, domain) =>
        pooled(scope.child(POOLS).child(`${domain}`), stopGradient(drawn), pool),
      );
      const judgedBoth = ([a, b]: readonly Tensor[]) =>
        together([judge(scope, a, 0), judge(scope, b, 1)]);
      const [real, drawn] = [judgedBoth([first, second]), judgedBoth(shown)];
      return {
        loss: overPatches(leastSquares.discriminator(real, drawn)),
        metrics: { real: overPatches(real), drawn: overPatches(drawn) },
      };
    },
  };
}
