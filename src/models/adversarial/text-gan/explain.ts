import { requireAnnotation } from "../../../core/annotations.js";
import type { DataTraits } from "../../../core/batch.js";
import { add } from "../../../tensor/ops/elementwise.js";
import { sum } from "../../../tensor/ops/reduction.js";
import { explanationOf, learnedBy } from "../../explanation.js";
import { formatCount } from "../../typography.js";
import { signed } from "../game/views.js";
import type { TextGanConfig } from "./config.js";
import type { TextNetworks } from "./networks.js";
import { drawnImages } from "./steps.js";

/** The game in which a generator learns to draw captions, and its parameters. */
export function explainTextGan(
  networks: TextNetworks,
  config: TextGanConfig,
  data: DataTraits,
): string {
  const { length = 0, vocabulary = [] } = data.annotations.caption ?? {};
  const parts = [
    learnedBy(
      (scope, { annotations }) => networks.read(scope, requireAnnotation(annotations, "caption")),
      data,
    ),
    learnedBy((scope, { annotations }) => {
      const read = networks.read(scope, requireAnnotation(annotations, "caption"));
      return drawnImages(networks, config, scope, "B", read).images;
    }, data),
    learnedBy((scope, { pixelsUnit, annotations }) => {
      const seen = networks.look(scope, signed(pixelsUnit));
      const read = networks.read(scope, requireAnnotation(annotations, "caption"));
      const judged = networks.judge(scope, seen, read);
      return config.matching > 0
        ? add(judged, sum(networks.describe(scope, seen).real, 1))
        : judged;
    }, data),
  ];
  const [text, generator, discriminator] = [parts[0], parts[1] - parts[0], parts[2] - parts[0]];
  const [t, g, d, all] = [text, generator, discriminator, text + generator + discriminator].map(
    (count) => formatCount(BigInt(count)),
  );
  return explanationOf({
    Factorisation: [
      `x = G(z, e), with z of ${config.latent} numbers, p(z) = N(0, I), and e the embedding of a caption`,
      `captions have up to ${length} of ${formatCount(BigInt(vocabulary.length - 1))} words`,
      "no density: p(x | caption) cannot be computed",
    ],
    "Conditional independence": ["none: G turns one z and one caption into all pixels at once"],
    Game: [
      `discriminator: real images with their captions, against drawn ones and against other captions (${config.objective})`,
      `penalty: ${config.penalty === "none" ? "none" : `${config.penalty}, with weight ${config.penaltyWeight}`}`,
      `matching: ${config.matching > 0 ? "D finds an image's caption among those of the batch, as that of a real or of a drawn one; G wants the first" : "none"}`,
    ],
    Parameters: [`text ${t} + generator ${g} + discriminator ${d} = ${all}`],
  });
}
