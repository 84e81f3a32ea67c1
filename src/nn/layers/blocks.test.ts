import { describe, expect, test } from "vitest";
import { interpret } from "../../runtime/interpreter/index.js";
import { stream } from "../../runtime/random.js";
import { input, reachable, type Tensor } from "../../tensor/index.js";
import { expectClose, shortName, stateName, traced } from "../fixture.testing.js";
import type { Scope } from "../scope.js";
import { pixelShuffle, pixelUnshuffle } from "./pixel-shuffle.js";
import { residualBlock } from "./residual-block.js";
import { spectralNorm } from "./spectral-norm.js";
import { transformerBlock } from "./transformer-block.js";
import { unetBlock } from "./unet-block.js";

const x = input("x", [2, 4, 4, 4]);
const pixels = new Float32Array(2 * 4 * 4 * 4);
stream(5, "pixels").normal(pixels);

/** The value of a block with its first weights. */
function first(build: (scope: Scope) => Tensor, training = false) {
  const { result, variables } = traced(training, build);
  const feeds: Record<string, ArrayLike<number>> = { x: pixels };
  for (const variable of variables) {
    feeds[stateName(variable)] = variable.initialise(variable.shape, stream(5, variable.path));
  }
  return { data: interpret([result], feeds)[0].data, variables: variables.map(shortName) };
}

describe("blocks", () => {
  test("start as their shortcut where the branch starts as 0", () => {
    const settings = { groups: 2, heads: 2 };
    expectClose(first((s) => unetBlock(s, x, { ...settings, zeroBranch: true })).data, [...pixels]);
    const { data } = first((s) => unetBlock(s, x, settings));
    expect(data.some((value, index) => Math.abs(value - pixels[index]) > 0.01)).toBe(true);
  });

  test("normalise every convolution's weight where asked to", () => {
    const { variables } = first((s) =>
      residualBlock(s, x, { channels: 6, transformWeight: spectralNorm() }),
    );
    expect(variables.filter((name) => name.endsWith(".u"))).toEqual([
      "conv1.u",
      "conv2.u",
      "shortcut.u",
    ]);
  });

  test("name the noise of their dropout apart, and drop nothing outside training", () => {
    const sequence = input("sequence", ["B", 3, 4]);
    const context = input("context", ["B", 2, 4]);
    const noises = (training: boolean) => {
      const { result } = traced(training, (scope) => [
        transformerBlock(scope.child("block"), sequence, { heads: 2, context, dropout: 0.1 }),
        residualBlock(scope.child("image"), x, { dropout: 0.1 }),
      ]);
      return reachable(result)
        .filter((node): node is Tensor<"input"> => node.op === "input")
        .flatMap(({ attributes: { name, source } }) => (source.kind === "noise" ? [name] : []));
    };
    expect(noises(false)).toEqual([]);
    expect(noises(true)).toEqual([
      "noise.layer.block.attention.mask",
      "noise.layer.block.cross.mask",
      "noise.layer.block.narrow.mask",
      "noise.layer.image.conv2.mask",
    ]);
  });
});

describe("pixelShuffle", () => {
  test("is undone by pixelUnshuffle", () => {
    const [{ data }] = interpret([pixelUnshuffle(pixelShuffle(x, 2), 2)], { x: pixels });
    expectClose(data, [...pixels]);
  });
});
