import type { Network } from "./network.js";

/**
 * A PixelRNN in formulas and plain words.
 *
 * @param context     what a pixel sees of those before it
 * @param parameters  how many numbers are learned
 */
export function explain(network: Network, context: string, parameters: number): string {
  const { channels, height, width, classes, head } = network;
  const given = classes > 0 ? " | y" : "";
  const also = classes > 0 ? ", y" : "";
  return [
    "Factorisation",
    `  p(x${given}) = Π p(xᵢ | x₁, …, xᵢ₋₁${also}) over the ${height * width} pixels, row by row`,
    ...(channels > 1 ? ["  and within a pixel channel by channel"] : []),
    ...(classes > 0 ? [`  for each of ${classes} classes y`] : []),
    "",
    "Conditional independence",
    `  ${context}`,
    "",
    "Pixel",
    `  ${head.describes}`,
    "",
    "Parameters",
    `  ${parameters.toLocaleString("en")}, shared by all pixels`,
  ].join("\n");
}
