import type { DataTraits } from "../../core/batch.js";
import { pixelsPerImage } from "../../core/batch.js";

import { explanationOf } from "../explanation.js";
import { formatCount, subscript } from "../typography.js";
import type { ParameterCount } from "./parameter-count.js";

/** What there is to say of a model of counts. */
interface Explained {
  readonly title: string;
  readonly data: DataTraits;
  readonly levels: number;
  /** How the variables are numbered, such as `row by row`. */
  readonly order: string;
  readonly factorisation: readonly string[];
  readonly independences: readonly string[];
  readonly parameters: ParameterCount;
  readonly estimation: {
    /** Of which outcome, such as `xᵢ = v`. */
    readonly outcome: string;
    /** Numbers of images with the outcome, and of those that could have it, such as `N(xᵢ = v)`, `N`. */
    readonly seen: string;
    readonly outOf: string;
    /** What the letters stand for. */
    readonly where: string;
    /** Outcomes of a draw; the levels of a pixel where absent. */
    readonly outcomes?: number;
  };
  readonly smoothing: number;
}

/** The model in plain words and formulas. */
export function explanation(explained: Explained): string {
  const { title, parameters } = explained;
  return explanationOf({
    [title]: [],
    Variables: variables(explained),
    Factorisation: explained.factorisation,
    "Conditional independence": explained.independences,
    "Free parameters": [`${parameters.formula} = ${formatCount(parameters.value)}`],
    Estimation: estimation(explained),
  });
}

function variables({ data, levels, order }: Explained): string[] {
  const { channels, height, width } = data;
  const n = pixelsPerImage(data);
  const values = levels === 2 ? "0 or 1" : `0 … ${levels - 1}`;
  const pixels = channels === 1 ? "the pixels" : `the ${channels} channels of the pixels`;
  return [
    `x₁, …, x${subscript(n)}: ${pixels} of images of ${height}×${width}, ${order}; each is ${values}`,
  ];
}

function estimation({ estimation: how, smoothing, levels }: Explained): string[] {
  const { outcome, seen, outOf, where, outcomes = levels } = how;
  if (smoothing === 0) {
    return [
      `p(${outcome}) = ${seen} / ${outOf}, where ${where}`,
      "maximum likelihood: what was never seen has probability 0, which is infinitely many nats",
    ];
  }
  const total = Number((smoothing * outcomes).toPrecision(6));
  return [
    `p(${outcome}) = (${seen} + ${smoothing}) / (${outOf} + ${total}), where ${where}`,
    `maximum likelihood with a pseudo-count of ${smoothing}, so that nothing is impossible`,
  ];
}
