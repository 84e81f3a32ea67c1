import type { DataTraits } from "../../core/batch.js";
import { pixelsPerImage } from "../../core/batch.js";

import { explanationOf } from "../explanation.js";
import { formatCount, subscript } from "../typography.js";
import type { ParameterCount } from "./parameter-count.js";

/** The contents of an explanation of a model of counts. */
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
    /** The outcome, such as `xᵢ = v`. */
    readonly outcome: string;
    /** Number of images with the outcome, such as `N(xᵢ = v)`, and of those that could have it, such as `N`. */
    readonly seen: string;
    readonly outOf: string;
    /** What the symbols mean. */
    readonly where: string;
    /** Number of outcomes of a draw; by default the levels of a pixel. */
    readonly outcomes?: number;
  };
  readonly smoothing: number;
}

/** Explains a model of counts. */
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
      "maximum likelihood: an unseen outcome has probability 0, which is infinitely many nats",
    ];
  }
  const total = Number((smoothing * outcomes).toPrecision(6));
  return [
    `p(${outcome}) = (${seen} + ${smoothing}) / (${outOf} + ${total}), where ${where}`,
    `maximum likelihood with a pseudo-count of ${smoothing}, so that nothing is impossible`,
  ];
}
