import { type AnnotationTraits, annotationInputs } from "../../../core/annotations.js";
import type { Host, HostBatch } from "../../../core/driven.js";
import { grad } from "../../../tensor/index.js";
import { mul } from "../../../tensor/ops/elementwise.js";
import { sum } from "../../../tensor/ops/reduction.js";
import { input } from "../../../tensor/tensor.js";
import { signalOf } from "../noise-level.js";
import type { Followed } from "../ode/log-density.js";
import { denoised } from "./denoiser.js";
import type { Design } from "./design.js";
import { float64 } from "./host-denoiser.js";

/**
 * The model's denoiser and its derivative along a probe, as a function of noisy images on the host.
 *
 * @throws the signal's reason once it is aborted
 */
export async function derivativeDenoiser(
  host: Host,
  design: Design,
  traits: AnnotationTraits,
  { count, annotations }: Pick<HostBatch, "count" | "annotations">,
): Promise<Followed["denoise"]> {
  const { channels, height, width } = design.image;
  const shape = ["B", channels, height, width];
  const program = await host.program("denoiseAlong", (scope) => {
    const z = input("noisy", shape);
    const told = annotationInputs(traits, "B");
    const { image } = denoised(scope, z, input("sigma", ["B"]), told, design);
    const { pulled } = grad(sum(mul(image, input("probe", shape))), { pulled: z });
    return { image, pulled };
  });
  return async (x, sigma, probe) => {
    host.signal?.throwIfAborted();
    // The network's states are z = α·x, so that ∂D/∂x = α·∂D/∂z.
    const alpha = signalOf(sigma);
    const feeds = {
      noisy: Float32Array.from(x, (value) => alpha * value),
      sigma: new Float32Array(count).fill(sigma),
      probe: Float32Array.from(probe),
      ...annotations,
    };
    const { image, pulled } = await program.run({ state: host.state, feeds, dims: { B: count } });
    return {
      denoised: float64(image),
      pulled: float64(pulled).map((value) => alpha * value),
    };
  };
}
