import { expect, test } from "vitest";
import { interpret } from "../../runtime/interpreter/index.js";
import { grad, input, sum } from "../../tensor/index.js";
import { decoderNats, stepNats } from "./bound/terms.js";
import { expectClose } from "./fixture.testing.js";
import { varianceLoss } from "./learned-variance.js";
import { linearSigmas } from "./schedules/linear.js";

const sigmas = linearSigmas(30);
const PIXELS = 4;
const steps = [1, 1, 2, 17, 30];
const x0 = steps.flatMap((_, at) => [-1, -0.2 + 0.1 * at, 0.6, 1]);
const denoised = x0.map((value, at) => 0.9 * value + 0.05 * Math.sin(at));
const share = x0.map((_, at) => 0.5 + 0.4 * Math.cos(3 * at));

const image = (name: string) => input(name, ["B", 1, 2, 2]);
const inputs = {
  x0: image("x0"),
  denoised: image("denoised"),
  share: image("share"),
  step: input("step", ["B"], "int32"),
  sigmas,
};
const feeds = { x0, denoised, share, step: steps };

/** Bits per pixel of each image by the terms that `score` adds up. */
const scored = (levels: number | null, shares: readonly number[]) =>
  steps.map((step, at) => {
    const its = (values: readonly number[]) =>
      Float64Array.from(values.slice(PIXELS * at, PIXELS * (at + 1)));
    const judged = { image: its(x0), denoised: its(denoised), share: its(shares) };
    const nats =
      step === 1
        ? decoderNats(judged, sigmas, "learned", levels)
        : stepNats(judged, sigmas[step], sigmas[step - 1], "learned");
    return nats / PIXELS / Math.LN2;
  });

test.each([256, 5, null])("the loss is the bound's term of each step, with %s levels", (levels) => {
  const loss = varianceLoss({ ...inputs, levels });
  const [{ data }] = interpret([loss], feeds, { B: steps.length });
  expectClose(data, scored(levels, share), 1e-4);
});

test("shares of 0 and 1 are the variances small and large", () => {
  const judged = {
    image: Float64Array.from(x0.slice(12, 16)),
    denoised: Float64Array.from(denoised.slice(12, 16)),
  };
  for (const [at, variance] of (["small", "large"] as const).entries()) {
    const fixed = stepNats({ ...judged, share: undefined }, sigmas[17], sigmas[16], variance);
    const learned = { ...judged, share: new Float64Array(PIXELS).fill(at) };
    expect(stepNats(learned, sigmas[17], sigmas[16], "learned")).toBeCloseTo(fixed, 12);
  }
});

test("the loss moves the variance, not the estimate", () => {
  const loss = sum(varianceLoss({ ...inputs, levels: 256 }));
  const gradients = grad(loss, { share: inputs.share, denoised: inputs.denoised });
  const values = interpret(gradients, feeds, { B: steps.length });
  expect(values.share.data.every((value) => value !== 0)).toBe(true);
  expect(values.denoised.data.every((value) => value === 0)).toBe(true);
});
