import { describe, expect, test } from "vitest";
import { interpret } from "../../runtime/interpreter/index.js";
import { constant, type Tensor } from "../../tensor/tensor.js";
import { expectClose, fixture } from "./fixture.testing.js";
import { diffuse, levelsOf } from "./levels-of-a-batch.js";
import { predictionNames, predictions } from "./predictions.js";
import { predictionWeight, weightingNames } from "./weightings.js";

/** Float64 values of a graph without inputs. */
const valuesOf = (x: Tensor) => [...interpret([x], {})[0].data];

const x0 = constant([0.4, -0.8, 0.9, -0.1, 0.7, 0.2], [6, 1, 1, 1], "float64");
const eps = constant([0.3, -0.6, 1.1, 0.2, -1.7, 0.5], [6, 1, 1, 1], "float64");
const wrong = constant([0.1, 0.2, -0.3, 0.5, -0.2, 0.4], [6, 1, 1, 1], "float64");
const sigmas = [0.002, 0.3, 1, 7, 80, 1000];
const levels = levelsOf(constant(sigmas, [6], "float64"));
const z = diffuse(x0, eps, levels);

describe.each(predictionNames)("%s", (name) => {
  const { target, denoised, slope } = predictions[name];

  test("the right prediction amounts to the image, as in every other parameterisation", () => {
    expectClose(valuesOf(denoised(z, target(x0, eps, levels), levels)), valuesOf(x0), 1e-9);
  });

  test("an error of the image times the slope is the error of the prediction", () => {
    // The noise that goes with another image in the same state.
    const [images, states, alphas, spreads] = [wrong, z, levels.alpha, levels.spread].map(valuesOf);
    const noise = states.map((state, at) => (state - alphas[at] * images[at]) / spreads[at]);
    const other = target(wrong, constant(noise, [6, 1, 1, 1], "float64"), levels);
    const errors = valuesOf(other).map(
      (value, at) => value - valuesOf(target(x0, eps, levels))[at],
    );
    const slopes = valuesOf(slope(levels));
    const expected = images.map(
      (value, at) => (value - valuesOf(x0)[at]) * (slopes[at] ?? slopes[0]),
    );
    expectClose(errors.map(Math.abs), expected.map(Math.abs), 1e-9);
  });
});

test("noise alone is a level: v, x0 and flow still amount to the image", () => {
  const [clean, noise] = [x0, eps].map((each) => constant(valuesOf(each), [6, 1, 1, 1]));
  const alone = levelsOf(constant(Array(6).fill(Number.POSITIVE_INFINITY), [6]));
  expect(valuesOf(diffuse(clean, noise, alone))).toEqual(valuesOf(noise));
  for (const name of ["x0", "v", "flow"] as const) {
    const { target, denoised } = predictions[name];
    const state = diffuse(clean, noise, alone);
    expectClose(
      valuesOf(denoised(state, target(clean, noise, alone), alone)),
      valuesOf(clean),
      1e-9,
    );
  }
});

describe("weights of a prediction's error", () => {
  const { of, sigmas: given, gamma, sigmaData } = fixture.weights;
  const each = levelsOf(constant(given, [given.length]));
  const weights = (weighting: (typeof weightingNames)[number], name: "eps" | "x0" | "v") =>
    valuesOf(
      predictionWeight(weighting, predictions[name].slope(each), each, { gamma, sigmaData }),
    );

  test.each(
    Object.entries(of).flatMap(([weighting, byPrediction]) =>
      Object.entries(byPrediction).map(([name, expected]) => [weighting, name, expected] as const),
    ),
  )("%s of %s, by the formulas of diffusers and the papers", (weighting, name, expected) => {
    const known = weightingNames.find((one) => one === weighting) ?? "uniform";
    const found = weights(known, name as "eps" | "x0" | "v");
    expectClose(
      found.map((value, at) => value / expected[at]),
      expected.map(() => 1),
      1e-9,
    );
  });

  test("uniform weighs every level alike", () => {
    expect(weights("uniform", "eps")).toEqual([1]);
  });
});
