import type { DataTraits } from "../../../core/batch.js";
import { formatCount, subscript, superscript } from "../../typography.js";
import type { Chain } from "../chain.js";
import { explanation } from "../explanation.js";
import { jointParameters, type ParameterCount } from "../parameter-count.js";
import type { MarkovConfig } from "./config.js";

const WALKS = {
  raster: "row by row",
  column: "column by column",
  diagonal: "along the diagonals from the upper left corner",
};

/** Explains an AR-N model. */
export function explainChain(
  { order, levels, ordering }: Chain,
  config: MarkovConfig,
  data: DataTraits,
  parameters: ParameterCount,
): string {
  const n = ordering.sequence.length;
  const joint = jointParameters(n, levels);
  const walk =
    ordering.name === "random"
      ? `in a random order (seed ${config.orderingSeed})`
      : WALKS[ordering.name];
  const context = contextOf(order);
  return explanation({
    title: `Autoregressive model of order ${order} (AR-${order})`,
    data,
    levels,
    parameters,
    smoothing: config.smoothing,
    order: walk,
    factorisation: [`p(x₁, …, x${subscript(n)}) = ${product(n, order)}`],
    independences: [
      ...assumptions(n, order),
      `without them: ${joint.formula} ${equals(joint)} free parameters`,
    ],
    estimation:
      context === ""
        ? { outcome: "xᵢ = v", seen: "N(xᵢ = v)", outOf: "N", where: "N counts images" }
        : {
            outcome: "xᵢ = v | c",
            seen: "N(xᵢ = v, c)",
            outOf: "N(c)",
            where: `N counts images, and c are the values of ${context}`,
          },
  });
}

const equals = ({ value }: ParameterCount): string => {
  const number = formatCount(value);
  return `${number.includes("×") ? "≈" : "="} ${number}`;
};

const behind = (distance: number) => `xᵢ₋${subscript(distance)}`;

/** The variables that xᵢ depends on, from the farthest to the nearest. */
function contextOf(order: number): string {
  if (order === 0) return "";
  if (order === 1) return behind(1);
  return `${behind(order)}, ${order === 2 ? "" : "…, "}${behind(1)}`;
}

function product(n: number, order: number): string {
  if (order === 0) return `∏ᵢ p(xᵢ)`;
  const starts = ["p(x₁)"];
  if (order > 1) starts.push("p(x₂ | x₁)");
  if (order > 3) starts.push("…");
  if (order > 2) {
    const before = order === 3 ? "x₁, x₂" : `x₁, …, x${subscript(order - 1)}`;
    starts.push(`p(x${subscript(order)} | ${before})`);
  }
  const range = `∏ᵢ₌${subscript(order + 1)}${superscript(n)}`;
  return `${starts.join(" · ")} · ${range} p(xᵢ | ${contextOf(order)})`;
}

function assumptions(n: number, order: number): string[] {
  if (order === n - 1) return ["none: every pixel depends on all before it"];
  if (order === 0) return ["xᵢ ⊥ xⱼ for all i ≠ j"];
  const far = order + 1 === n - 1 ? "x₁" : `x₁, …, ${behind(order + 1)}`;
  return [
    `xᵢ ⊥ ${far} | ${contextOf(order)} for i = ${order + 2}, …, ${n}:`,
    `beyond the ${order === 1 ? "pixel" : `${order} pixels`} before it, earlier pixels carry no further information about a pixel`,
  ];
}
