import { freeParameters, type Layout } from "./layout.js";
import type { GaussianOptions } from "./options.js";

/** The factorisation, what is assumed independent, and the number of free parameters. */
export function explain(layout: Layout, { covariance, reg, dequantise }: GaussianOptions): string {
  const { components, classes, length } = layout;
  const each = components / classes;
  const gaussian = "N(x; μ_k, Σ_k)";
  const mixture =
    each === 1 ? gaussian.replaceAll("_k", "") : `Σ_k π_k ${gaussian}, k = 1 … ${each}`;
  const factorisation =
    classes === 1
      ? `p(x) = ${mixture}`
      : `p(x, y) = p(y) ${mixture}, for each of ${classes} classes y`;
  const assumed = {
    full: "nothing: every pair of pixels has a covariance of its own",
    tied: "nothing of pixels; all components share one covariance, so they differ in their means alone",
    diagonal: "given the component, pixels are independent",
    spherical: "given the component, pixels are independent and vary alike",
  }[covariance];
  return [
    `${factorisation}   (x: ${length} values)`,
    `assumes ${assumed}`,
    `free parameters: ${freeParameters(layout)}`,
    `every variance has ${reg} added${dequantise ? ", and that of a pixel's rounding" : ""}`,
    "information criteria: AIC and BIC of the training images are in the metrics of each EM pass",
  ].join("\n");
}
