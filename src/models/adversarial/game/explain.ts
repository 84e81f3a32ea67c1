import type { DataTraits } from "../../../core/batch.js";
import { add } from "../../../tensor/ops/elementwise.js";
import { zerosOfShape } from "../../../tensor/ops/rearrange.js";
import { explanationOf, learnedBy } from "../../explanation.js";
import { formatCount } from "../../typography.js";
import type { ObjectiveName } from "../objectives/index.js";
import { pack } from "../penalties/packing.js";
import { DISCRIMINATOR } from "./players.js";
import type { GameSettings } from "./settings.js";
import { drawn, type Game } from "./steps.js";

/** What each player minimises, with a = D(x) and b = D(G(z)) before any sigmoid σ. */
const losses: Readonly<Record<ObjectiveName, readonly [discriminator: string, generator: string]>> =
  {
    minimax: ["−log σ(a) − log(1 − σ(b))", "log(1 − σ(b))"],
    "non-saturating": ["−log σ(a) − log(1 − σ(b))", "−log σ(b)"],
    hinge: ["max(0, 1 − a) + max(0, 1 + b)", "−b"],
    "least-squares": ["½(a − 1)² + ½b²", "½(b − 1)²"],
    wasserstein: ["b − a", "−b"],
    relativistic: ["−log σ(a − b)", "−log σ(b − a)"],
  };

const penalties: Readonly<Record<GameSettings["penalty"], string>> = {
  none: "none",
  r1: "γ/2 ‖∇D(x)‖²",
  r2: "γ/2 ‖∇D(G(z))‖²",
  r1r2: "γ/2 (‖∇D(x)‖² + ‖∇D(G(z))‖²)",
  "zero-centred": "λ ‖∇D(εx + (1 − ε)G(z))‖²",
  "one-centred": "λ (‖∇D(εx + (1 − ε)G(z))‖ − 1)²",
};

interface GameWords {
  readonly conditional?: boolean;
  /** What the generator's input is, and its distribution. */
  readonly input?: readonly string[];
  /** What both players learn besides. */
  readonly information?: readonly string[];
}

const standardNormal = ({ players }: Game): string[] => [
  `z has ${players.latent} numbers, and p(z) = N(0, I)`,
];

/** The distribution that a generator defines, the game that it learns in, and its parameters. */
export function explainGame(
  game: Game,
  data: DataTraits,
  { conditional = false, input = standardNormal(game), information = [] }: GameWords,
): string {
  const { players, settings, classesOf } = game;
  const [discriminator, generator] = losses[settings.objective];
  const weight = settings.penalty === "none" ? "" : `, with weight ${settings.penaltyWeight}`;
  const ofGenerator = learnedBy(
    (scope, { annotations }) => drawn(players, scope, "B", classesOf(annotations)).images,
    data,
  );
  const ofDiscriminator = learnedBy((scope, { pixelsUnit, annotations }) => {
    const own = scope.child(DISCRIMINATOR);
    const packs = pack(pixelsUnit, settings.packing);
    const { outputs, features } = players.judge(own, packs, classesOf(annotations));
    const z = zerosOfShape([pixelsUnit.shape[0], players.latent]);
    const recognition = players.recognise?.(own, features, z);
    return recognition === undefined ? outputs : add(outputs, recognition.loss);
  }, data);
  const [g, d, both] = [ofGenerator, ofDiscriminator, ofGenerator + ofDiscriminator].map((count) =>
    formatCount(BigInt(count)),
  );
  const y = conditional ? ", y" : "";
  return explanationOf({
    Factorisation: [
      `x = G(z${y})`,
      ...input,
      "the images lie on a surface of at most as many dimensions, so p(x) is no density that can be computed",
      ...(conditional ? ["y is the class of the image"] : []),
    ],
    "Conditional independence": ["none: G turns one z into all pixels at once"],
    Game: [
      `discriminator: ${discriminator}, with a = D(x${y}) and b = D(G(z${y})${y}) before the sigmoid σ`,
      `generator: ${generator}`,
      `penalty: ${penalties[settings.penalty]}${weight}`,
      ...information,
    ],
    Parameters: [`generator ${g} + discriminator ${d} = ${both}`],
  });
}
