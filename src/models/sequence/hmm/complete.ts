import type { CompleteRequest, DrivenComplete, Host } from "../../../core/driven.js";
import { UnavailableError } from "../../../core/errors.js";
import { batchInputs } from "../../../core/state.js";
import type { Scope } from "../../../nn/scope.js";
import { clip, exp } from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { reshape } from "../../../tensor/ops/rearrange.js";
import { input, type Tensor } from "../../../tensor/tensor.js";
import { impossible } from "../../impossible.js";
import { numberAmongAll, spread } from "./classes.js";
import { drawPathGiven } from "./draws.js";
import { smooth } from "./forward-backward.js";
import { filter, partlyKnown, type Spec } from "./spec.js";

/**
 * Completes images from the exact posterior of the states given the known pixels: with a draw of the
 * states and then of the pixels, or with the pixels' conditional expectation, which does not depend on
 * the temperature.
 */
export function completionOf(spec: Spec): DrivenComplete {
  return {
    check(known) {
      const { channels } = spec.data;
      const pixels = Float32Array.from({ length: channels * known.length }, (_, at) =>
        known[at % known.length] === 1 ? 0 : Number.NaN,
      );
      const problem = partlyKnown(spec, pixels);
      if (problem !== undefined) throw new UnavailableError(problem);
    },
    drive: (host, request) => drive(spec, host, request),
  };
}

async function drive(
  spec: Spec,
  host: Host,
  { size, first, seed, temperature, draw, annotations, pixelsUnit, known }: CompleteRequest,
): Promise<Float32Array> {
  const isKnown = (at: number) => known[at % known.length] === 1;
  const program = await host.program(`complete.${draw ? "draw" : "mean"}`, (scope) => ({
    ...(draw ? drawn(spec, scope) : expected(spec, scope)),
  }));
  const outputs = await program.run({
    state: host.state,
    feeds: {
      pixelsUnit: pixelsUnit.map((value, at) => (isKnown(at) ? value : Number.NaN)),
      ...annotations,
      ...(draw && { temperature: Float32Array.of(temperature) }),
    },
    dims: { B: size },
    noise: { seed, first },
  });
  if (outputs.logLikelihood.includes(Number.NEGATIVE_INFINITY as never)) throw impossible();
  const completed = outputs.pixelsUnit as Float32Array;
  return completed.map((value, at) => (isKnown(at) ? pixelsUnit[at] : value));
}

/** Completed images, and the log-likelihood [B] of what is known. */
interface Completed extends Readonly<Record<string, Tensor>> {
  readonly pixelsUnit: Tensor;
  readonly logLikelihood: Tensor;
}

function drawn(spec: Spec, scope: Scope): Completed {
  const { sequence, emission, data } = spec;
  const { chain, own, ...filtered } = filter(spec, scope, batchInputs(data));
  const temperature = input("temperature", []);
  const uniforms = scope.noise("states", ["B", sequence.length], "uniform");
  const path = drawPathGiven(chain, filtered, uniforms, temperature);
  const states = numberAmongAll(path, own, spec.config.states);
  const observations = clip(emission.draw(scope, states, temperature), 0, 1);
  return { pixelsUnit: sequence.write(observations), logLikelihood: filtered.logLikelihood };
}

function expected(spec: Spec, scope: Scope): Completed {
  const { sequence, emission, data } = spec;
  const filtered = filter(spec, scope, batchInputs(data));
  const states = spread(exp(smooth(filtered)), filtered.own);
  const flat = reshape(states, [-1, states.shape[2]]);
  const means = matmul(flat, emission.means(scope));
  const observations = reshape(means, ["B", sequence.length, sequence.width]);
  return { pixelsUnit: sequence.write(observations), logLikelihood: filtered.logLikelihood };
}
