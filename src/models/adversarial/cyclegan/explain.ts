import type { DataTraits } from "../../../core/batch.js";
import { explanationOf, learnedBy } from "../../explanation.js";
import { formatCount } from "../../typography.js";
import { signed } from "../game/views.js";
import type { CycleganConfig } from "./config.js";
import type { CycleNetworks } from "./networks.js";

/** What two generators learn from each other and their discriminators, and their parameters. */
export function explainCycle(
  networks: CycleNetworks,
  { cycle, identity, pool }: CycleganConfig,
  data: DataTraits,
  [first, second]: readonly string[],
): string {
  const each = (name: "translate" | "judge") =>
    learnedBy((scope, { pixelsUnit }) => networks[name](scope, signed(pixelsUnit), 0), data);
  const [g, d] = [each("translate"), each("judge")];
  const [of, judge, all] = [g, d, 2 * (g + d)].map((count) => formatCount(BigInt(count)));
  return explanationOf({
    Factorisation: [
      `y = G(x) from ${first} to ${second}, and x = F(y) back; neither has a noise, so an image has one translation`,
      "no density: neither p(x) nor p(y) can be computed",
    ],
    "Conditional independence": ["none: a generator turns all pixels into all pixels at once"],
    Game: [
      `generators: (D(G(x)) − 1)² + ${cycle} |F(G(x)) − x|${identity > 0 ? ` + ${identity} |F(x) − x|` : ""}, and the same for y`,
      `discriminators, over patches: ½ (D(y) − 1)² + ½ D(G(x))², with G(x) ${pool > 0 ? `from a pool of ${pool}` : "as it is"}`,
      "nothing says which y belongs to an x: G may swap classes, as long as F swaps them back",
    ],
    Parameters: [`2 generators of ${of} + 2 discriminators of ${judge} = ${all}`],
  });
}
