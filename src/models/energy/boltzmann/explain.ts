import type { DataTraits } from "../../../core/batch.js";
import { pixelsPerImage } from "../../../core/batch.js";
import { explanationOf } from "../../explanation.js";
import { describePixels } from "../../pixel-likelihood.js";
import { formatCount } from "../../typography.js";
import { describeLogZ } from "../log-z.js";
import type { BoltzmannConfig } from "./config.js";
import { acrossLayers, betweenHidden, betweenPixels, type Connections } from "./connections.js";
import { describeFreeEnergy, logZMethod } from "./score.js";

/** Explains the energy, its conditional independences and its parameters. */
export function explain(config: BoltzmannConfig, data: DataTraits): string {
  const [pixels, hidden] = [pixelsPerImage(data), config.hidden];
  const among = betweenPixels(config, data);
  const across = acrossLayers(config, data);
  const within = betweenHidden(config, data);
  const terms = [
    "−b·v",
    ...(hidden > 0 ? ["− c·h − vᵀWh"] : []),
    ...(among ? ["− ½vᵀLv"] : []),
    ...(within ? ["− ½hᵀJh"] : []),
  ];
  const symmetric = [...(among ? ["L"] : []), ...(within ? ["J"] : [])].join(" and ");
  const units = hidden > 0 ? "(v, h)" : "(v)";
  const free = "F(v) = −log ∑ₕ exp(−E(v, h))";
  return explanationOf({
    Energy: [
      `E${units} = ${terms.join(" ")}`,
      `v: the ${count(pixels)} values of an image${hidden > 0 ? `; h: ${count(hidden)} hidden units` : ""}, each 0 or 1`,
      ...(symmetric === "" ? [] : [`${symmetric}: symmetric, with zeros on the diagonal`]),
    ],
    Factorisation: [
      `p${units} = exp(−E${units}) / Z`,
      ...(hidden > 0 ? [`p(v) = exp(−F(v)) / Z, ${free}`, describeFreeEnergy(config, data)] : []),
      describeLogZ(logZMethod(config, data)),
    ],
    "Conditional independence": [
      "each unit depends only on the units that it is connected to, given these:",
      `p(vᵢ = 1 | all others) = sigmoid(bᵢ${hidden > 0 ? " + (Wh)ᵢ" : ""}${among ? " + (Lv)ᵢ" : ""})`,
      ...(hidden > 0
        ? [`p(hⱼ = 1 | all others) = sigmoid(cⱼ + (vᵀW)ⱼ${within ? " + (Jh)ⱼ" : ""})`]
        : []),
      ...(among ? [] : ["vᵢ ⊥ vⱼ | h for all i ≠ j"]),
      ...(within || hidden === 0 ? [] : ["hᵢ ⊥ hⱼ | v for all i ≠ j"]),
    ],
    Pixel: [describePixels("bernoulli", data)],
    Parameters: [describeParameters(pixels, hidden, { among, across, within })],
  });
}

const count = (value: number) => formatCount(BigInt(value));

function describeParameters(
  pixels: number,
  hidden: number,
  { among, across, within }: Record<"among" | "across" | "within", Connections | undefined>,
): string {
  const groups = [
    { name: "biases", size: pixels + hidden },
    { name: "pixel–pixel weights", size: among?.at.length ?? 0 },
    { name: "pixel–hidden weights", size: across?.at.length ?? 0 },
    { name: "hidden–hidden weights", size: within?.at.length ?? 0 },
  ].filter(({ size }) => size > 0);
  const total = groups.reduce((sum, { size }) => sum + size, 0);
  return `${groups.map(({ name, size }) => `${name} ${count(size)}`).join(" + ")} = ${count(total)}`;
}
