import type {
  DetokeniseCapability,
  DetokeniseOptions,
  TokeniseCapability,
} from "../../core/capability.js";
import type { Part } from "../../core/model.js";
import type { Scope } from "../../nn/scope.js";
import { cast } from "../../tensor/ops/elementwise.js";
import { input } from "../../tensor/tensor.js";
import type { Symbols } from "./symbols.js";

/** What a model needs of a part that turns images into tokens and back. */
export const tokeniserNeeds = {
  description: "a trained dvae, whose tokens stand for the image",
  capabilities: ["tokenise", "detokenise"],
} as const;

/** The tokens of a trained part, which stays as it is. @param name  of the part in its host */
export function tokenSymbols(name: string, { model, origin }: Part): Symbols {
  const tokenise = model.capabilities.tokenise as TokeniseCapability;
  const detokenise = model.capabilities.detokenise as DetokeniseCapability;
  const { codes, grid } = tokenise;
  const length = grid[0] * grid[1];
  const images = (scope: Scope, options: DetokeniseOptions) =>
    detokenise.trace(scope.child(name), input("tokens", ["B", length], "int32"), options);
  return {
    grid,
    depth: 1,
    count: codes,
    describes: `probability of the ${length} tokens that ${origin.run ?? "the tokeniser"} gives an image, not of its pixels`,
    tokens: length,
    read: (scope, pixelsUnit) =>
      cast(tokenise.trace(scope.frozen().child(name), pixelsUnit), "int32"),
    async write(host, symbols, { size, first, seed, draw, temperature }) {
      const run = await host.program(`symbols.write.${draw ? "draw" : "centre"}`, (scope) => ({
        pixelsUnit: images(scope, { draw, temperature: input("temperature", []) }),
      }));
      const { pixelsUnit } = await run.run({
        state: host.state,
        feeds: { tokens: symbols, temperature: Float32Array.of(temperature) },
        dims: { B: size },
        noise: { seed, first },
      });
      return pixelsUnit as Float32Array;
    },
    uses: (scope) => void images(scope, { draw: true }),
  };
}
