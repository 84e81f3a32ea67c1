import type { DataTraits } from "../../../core/batch.js";
import { add } from "../../../tensor/ops/elementwise.js";
import { sum } from "../../../tensor/ops/reduction.js";
import { explanationOf, learnedBy } from "../../explanation.js";
import { formatCount } from "../../typography.js";
import { signed } from "../game/views.js";
import type { StarganConfig } from "./config.js";
import type { Star } from "./steps.js";

/** What one generator learns for all targets, and its parameters. */
export function explainStar({ networks, condition, config }: Star, data: DataTraits): string {
  const g = learnedBy(
    (scope, { pixelsUnit, annotations }) =>
      networks.translate(scope, signed(pixelsUnit), condition.of(annotations)),
    data,
  );
  const d = learnedBy((scope, { pixelsUnit }) => {
    const { realness, recognised } = networks.judge(scope, signed(pixelsUnit));
    return add(realness, sum(recognised, 1));
  }, data);
  const [of, judge, all] = [g, d, g + d].map((count) => formatCount(BigInt(count)));
  const what = condition.by === "class" ? "domains" : "attributes";
  return explanationOf({
    Factorisation: [
      `y = G(x, c) for all ${condition.names.length} ${what} c; without noise, so an image has one translation`,
      "no density: p(x) cannot be computed",
    ],
    "Conditional independence": ["none: G turns all pixels into all pixels at once"],
    Game: gameLines(config),
    Parameters: [`generator ${of} + discriminator ${judge} = ${all}`],
  });
}

function gameLines({
  recognition,
  classification,
  reconstruction,
  objective,
  penalty,
  penaltyWeight,
  discriminatorTurns,
}: StarganConfig): string[] {
  const turns = discriminatorTurns === 1 ? "a batch" : `${discriminatorTurns} batches`;
  const back = `${reconstruction} |G(G(x, c), c of x) − x|`;
  const [told, others, recognised] =
    recognition === "auxiliary"
      ? ["", "", `; both: ${classification} times −log p(c | image) of their own images`]
      : [", c", ", and against real ones with the c of others", ""];
  return [
    `discriminator: D(x${told}) of real images against translated ones${others} (${objective}), ${turns} for each of the generator`,
    `penalty: ${penalty === "none" ? "none" : `${penalty}, with weight ${penaltyWeight}`}`,
    `generator: the same game from the other side, + ${back}${recognised}`,
  ];
}
