import type { Scope } from "../../../nn/scope.js";
import { add, sqrt } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { between } from "../penalties/between.js";
import { oneCentredPenalty } from "../penalties/one-centred.js";
import { partOfBatch } from "../penalties/part-of-batch.js";
import { r1 } from "../penalties/r1.js";
import { r2 } from "../penalties/r2.js";
import { type Judged, squaredGradientNorm } from "../penalties/squared-gradient-norm.js";
import { zeroCentredPenalty } from "../penalties/zero-centred.js";
import { DISCRIMINATOR, type Players } from "./players.js";
import type { GameSettings } from "./settings.js";
import { judgedIn } from "./views.js";

/** A penalty and the gradient norms that it punishes, of the part of the batch it looks at. */
export interface Penalty {
  /** [N] */
  readonly loss: Tensor;
  /** [N] each */
  readonly metrics: Readonly<Record<string, Tensor>>;
}

/** Both kinds of images that the discriminator judged, and their classes. */
export interface BothJudged {
  readonly real: Judged;
  readonly drawn: Judged;
  readonly classes: Tensor | undefined;
}

/** The penalty on the discriminator's gradient that the settings name. */
export function penaltyOf(
  players: Players,
  scope: Scope,
  both: BothJudged,
  settings: GameSettings,
): Penalty | undefined {
  const { penalty, penaltyWeight: weight, penaltyParts: parts } = settings;
  const classes = both.classes && partOfBatch(both.classes, parts);
  const partOf = (judged: Judged, pass: string) =>
    parts === 1
      ? judged
      : judgedIn(players, scope.again(pass), partOfBatch(judged.seen, parts), classes);
  const real = () => partOf(both.real, "realPart");
  const drawn = () => partOf(both.drawn, "drawnPart");
  const middle = () => {
    const [x, y] = [both.real, both.drawn].map(({ seen }) => partOfBatch(seen, parts));
    const pass = scope.again("between");
    const share = pass.child(DISCRIMINATOR).noise("share", [x.shape[0]], "uniform");
    return judgedIn(players, pass, between(x, y, share), classes);
  };
  switch (penalty) {
    case "none":
      return undefined;
    case "r1":
      return penaltyAt({ real: real() }, (at) => r1(at.real, weight));
    case "r2":
      return penaltyAt({ drawn: drawn() }, (at) => r2(at.drawn, weight));
    case "r1r2":
      return penaltyAt({ real: real(), drawn: drawn() }, (at) =>
        add(r1(at.real, weight), r2(at.drawn, weight)),
      );
    case "zero-centred":
      return penaltyAt({ between: middle() }, (at) => zeroCentredPenalty(at.between, weight));
    case "one-centred":
      return penaltyAt({ between: middle() }, (at) => oneCentredPenalty(at.between, weight));
  }
}

function penaltyAt<Places extends string>(
  places: Readonly<Record<Places, Judged>>,
  loss: (at: Readonly<Record<Places, Judged>>) => Tensor,
): Penalty {
  const norms = Object.entries<Judged>(places).map(([place, judged]) => {
    const name = `gradientNorm${place[0].toUpperCase()}${place.slice(1)}`;
    return [name, sqrt(squaredGradientNorm(judged))];
  });
  return { loss: loss(places), metrics: Object.fromEntries(norms) };
}
