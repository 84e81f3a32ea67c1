import type { DataTraits } from "../../../core/batch.js";
import { add } from "../../../tensor/ops/elementwise.js";
import { flatten } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import { explanationOf, learnedBy } from "../../explanation.js";
import { formatCount } from "../../typography.js";
import { signed } from "../game/views.js";
import type { PuzzleGanConfig } from "./config.js";
import { cut } from "./cut.js";
import type { PuzzleNetworks } from "./networks.js";

/** How patches become an image, the game, and the parameters. */
export function explainPuzzle(
  networks: PuzzleNetworks,
  config: PuzzleGanConfig,
  data: DataTraits,
): string {
  const { patches, side, tops, lefts, puzzle } = networks.places;
  const count = tops.length * lefts.length;
  const g = learnedBy((scope, { pixelsUnit }) => {
    const pieces = cut(networks, pixelsUnit);
    const layout = networks.locate(scope, pieces.patches);
    const z = scope.noise("z", [pixelsUnit.shape[0], config.latent], "normal");
    const canvas = networks.lay(pieces.patches, pieces.chosen);
    const drawn = networks.draw(scope, z, layout, canvas);
    return add(sum(flatten(drawn), 1), sum(flatten(layout.logProbs), 1));
  }, data);
  const d = learnedBy((scope, { pixelsUnit }) => networks.judge(scope, signed(pixelsUnit)), data);
  const [of, judge, all] = [g, d, g + d].map((each) => formatCount(BigInt(each)));
  const what = puzzle ? "pieces of a puzzle" : "key patches";
  return explanationOf({
    Factorisation: [
      `p(places | patches) = ∏ p(place | patch, all patches)${puzzle ? ", scaled so that each place has one piece" : ""}; x = G(z, patches, places)`,
      `${patches} ${what} of ${side[0]}×${side[1]} pixels, each at one of ${count} places`,
      "no density: p(x | patches) cannot be computed",
    ],
    "Conditional independence": [
      "places are independent of each other given the patches; the order of the patches says nothing",
    ],
    Game: [
      `discriminator: real images against drawn ones and ${config.mismatch > 0 ? "against images with another's patches" : "no others"} (${config.objective})`,
      `generator: the game, ${config.spatial} (−log p(mask)) and ${config.appearance} |x − patches| at their places, which fade to ${config.decay}, and ${config.positions} (−log p(true places))`,
    ],
    Parameters: [`generator ${of} + discriminator ${judge} = ${all}`],
  });
}
