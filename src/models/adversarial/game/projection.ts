import type { DataTraits } from "../../../core/batch.js";
import type { DrivenEncode, HostBatch } from "../../../core/driven.js";
import { batchInputs } from "../../../core/state.js";
import type { Scope } from "../../../nn/scope.js";
import { grad } from "../../../tensor/gradient.js";
import { add, div, mul, sqrt, square, sub } from "../../../tensor/ops/elementwise.js";
import { sum } from "../../../tensor/ops/reduction.js";
import { input, type Tensor } from "../../../tensor/tensor.js";
import { GENERATOR } from "./players.js";
import type { Game } from "./steps.js";
import { signed } from "./views.js";

/** Adam's settings, in standard deviations of the noise. */
const RATE = 0.1;
const BETAS = [0.9, 0.99] as const;
const EPS = 1e-8;

/**
 * Projects images into the generator's noise: from z = 0, the mode, it descends the squared error
 * between G(z) and the image. A generator has no inverse, so this is the nearest image that the descent
 * finds, not the nearest that there is.
 *
 * @param steps  of descent for each image
 * @source Lipton & Tripathi 2017, arXiv:1702.04782
 */
export function projection(
  { players, classesOf }: Game,
  data: DataTraits,
  steps: number,
): DrivenEncode {
  const { latent } = players;
  const conditional = classesOf(batchInputs(data).annotations) !== undefined;
  const build = (scope: Scope) => {
    const { pixelsUnit, annotations } = batchInputs(data);
    const [z, first, second] = ["z", "first", "second"].map((name) => input(name, ["B", latent]));
    const corrections = [input("firstCorrection", []), input("secondCorrection", [])];
    const images = players.generate(scope.child(GENERATOR), z, classesOf(annotations));
    const { gradient } = grad(sum(square(sub(images, signed(pixelsUnit)))), { gradient: z });
    const moved = (mean: Tensor, value: Tensor, beta: number) =>
      add(mul(mean, beta), mul(value, 1 - beta));
    const [m, v] = [moved(first, gradient, BETAS[0]), moved(second, square(gradient), BETAS[1])];
    const [direction, size] = [div(m, corrections[0]), sqrt(div(v, corrections[1]))];
    return { z: sub(z, mul(div(direction, add(size, EPS)), RATE)), first: m, second: v };
  };
  return {
    codeLength: latent,
    async drive(host, { count, pixelsUnit, annotations }: HostBatch) {
      const program = await host.program("project", build);
      const given = conditional ? annotations : {};
      const zeros = () => new Float32Array(count * latent);
      let moving: Readonly<Record<string, Float32Array>> = {
        z: zeros(),
        first: zeros(),
        second: zeros(),
      };
      for (let step = 1; step <= steps; step++) {
        host.signal?.throwIfAborted();
        const [firstCorrection, secondCorrection] = BETAS.map((beta) =>
          Float32Array.of(1 - beta ** step),
        );
        moving = (await program.run({
          state: host.state,
          feeds: { pixelsUnit, ...given, ...moving, firstCorrection, secondCorrection },
          dims: { B: count },
        })) as Record<string, Float32Array>;
        host.onProgress?.(step / steps);
      }
      return moving.z;
    },
  };
}
