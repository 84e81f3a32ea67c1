import type { DataTraits } from "../../../core/batch.js";
import { pixelsPerImage } from "../../../core/batch.js";
import { classesFor } from "../../conditional.js";
import { explanationOf } from "../../explanation.js";
import { describePixels } from "../../pixel-likelihood.js";
import { formatCount } from "../../typography.js";
import { describeLogZ } from "../log-z.js";
import type { RbmConfig } from "./config.js";
import { SCOPE } from "./machine.js";
import { likelihoodOf, logZMethod } from "./score.js";

/** Explains the energy, its conditional independences and its parameters. */
export function explain(config: RbmConfig, data: DataTraits): string {
  const { hidden, visible, std } = config;
  const [pixels, units] = [pixelsPerImage(data), BigInt(hidden)];
  const binary = visible === "binary";
  const own = binary ? "−b·v" : "∑ᵢ (vᵢ − bᵢ)² / 2σ²";
  const scaled = binary ? "" : " / σ";
  const hiddenVote = `cⱼ + (vᵀW)ⱼ${scaled}`;
  const pixel = binary
    ? "p(vᵢ = 1 | h) = sigmoid(bᵢ + (Wh)ᵢ)"
    : "p(vᵢ | h) = N(vᵢ; bᵢ + σ(Wh)ᵢ, σ²)";
  const classes = BigInt(classesFor(SCOPE, config, data));
  const y = classes > 0n ? " | y" : "";
  const [biases, hiddenBiases] = [BigInt(pixels) * (1n + classes), units * (1n + classes)];
  const total = BigInt(pixels) * units + biases + hiddenBiases;
  return explanationOf({
    Energy: [
      `E(v, h) = ${own} − c·h − vᵀWh${scaled}${binary ? "" : `, σ = ${std}`}`,
      `v: the ${formatCount(BigInt(pixels))} values of an image; h: ${formatCount(units)} hidden units, each 0 or 1`,
    ],
    Factorisation: [
      `p(v, h${y}) = exp(−E(v, h)) / Z`,
      `p(v${y}) = exp(−F(v)) / Z, F(v) = ${own} − ∑ⱼ log(1 + exp(${hiddenVote}))`,
      ...(classes > 0n ? [`each of ${classes} classes y adds to b and c, and has its own Z`] : []),
      describeLogZ(logZMethod(config, data)),
    ],
    "Conditional independence": [
      `hᵢ ⊥ hⱼ | v for all i ≠ j: p(hⱼ = 1 | v) = sigmoid(${hiddenVote})`,
      `vᵢ ⊥ vⱼ | h for all i ≠ j: ${pixel}`,
      "without h, any value may depend on any other",
    ],
    Pixel: [describePixels(likelihoodOf(config), data)],
    Parameters: [
      `weights ${formatCount(BigInt(pixels))} · ${formatCount(units)} + biases ${formatCount(biases)} + ${formatCount(hiddenBiases)} = ${formatCount(total)}`,
    ],
  });
}
