import type { CompleteRequest, Host, SampleRequest } from "../../core/driven.js";
import { DataError } from "../../core/errors.js";
import { stream } from "../../runtime/random.js";
import { classOf, type Layout } from "./layout.js";
import { observedLogProbs, patternsOf } from "./missing.js";
import { componentOf } from "./observed.js";
import { readParameters } from "./parameters.js";
import { allToOne, chooseComponents, NEGLIGIBLE, posterior, repeated } from "./responsibilities.js";

/** Draws new images: points of the mixture, clipped to [0, 1] at the very end. */
export async function drawImages(
  host: Host,
  request: SampleRequest,
  layout: Layout,
): Promise<Float32Array> {
  return (await drawPoints(host, request, layout)).map(clip);
}

/**
 * Draws points: a component by its weight, then a point from its Gaussian.
 *
 * @param request  its temperature divides the components' logits and multiplies the noise
 * @returns        [size, D]
 */
export async function drawPoints(
  host: Host,
  request: SampleRequest,
  layout: Layout,
): Promise<Float32Array> {
  const { size, first, seed, temperature, annotations } = request;
  const { length, components } = layout;
  const parameters = readParameters(await host.values(), layout);
  const logProbs = repeated(parameters.logWeights, size);
  if (annotations.class !== undefined) keepOwn(logProbs, annotations.class, layout);
  const chosen = chooseComponents(logProbs, components, request, "component");
  const noise = new Float64Array(size * length);
  stream(seed, "noise").normal(noise, first * length);
  const points = new Float32Array(size * length);
  for (const component of new Set(chosen)) {
    host.signal?.throwIfAborted();
    const { colour } = componentOf(parameters, layout, component);
    const mean = parameters.means.subarray(component * length);
    chosen.forEach((other, image) => {
      if (other !== component) return;
      const part = noise.subarray(image * length, (image + 1) * length);
      colour(part);
      part.forEach((value, pixel) => {
        points[image * length + pixel] = mean[pixel] + temperature * value;
      });
    });
  }
  return points;
}

/**
 * Fills in missing pixels: with their exact mean given the known pixels, averaged over the components'
 * posterior; or with a draw of a component from its posterior and then of its conditional Gaussian.
 *
 * @source Bishop 2006, Pattern Recognition and Machine Learning, equations 2.96 and 2.97
 */
export async function completeImages(
  host: Host,
  request: CompleteRequest,
  layout: Layout,
): Promise<Float32Array> {
  const { size, first, known, annotations, draw, pixelsUnit } = request;
  const { components, length } = layout;
  const area = known.length;
  const missing = Int32Array.from(
    Array.from({ length }, (_, at) => at).filter((at) => known[at % area] === 0),
  );
  const unknown = pixelsUnit.findIndex(
    (value, at) => known[at % area] === 1 && Number.isNaN(value),
  );
  if (unknown >= 0) {
    throw new DataError(
      `image ${first + Math.floor(unknown / length)} lacks a pixel (NaN) that the mask marks as given`,
    );
  }
  const parameters = readParameters(await host.values(), layout);
  const patterns = patternsOf(
    pixelsUnit.map((value, at) => (known[at % area] === 1 ? value : Number.NaN)),
    size,
  );
  const logProbs = observedLogProbs(patterns, annotations.class, parameters, layout);
  const completed = new Float64Array(size * missing.length);
  const shares = draw
    ? allToOne(chooseComponents(logProbs, components, request, "completion.component"), components)
    : posterior(logProbs, components);
  const noise = draw ? spread(request, missing.length) : undefined;
  for (let component = 0; component < components; component++) {
    host.signal?.throwIfAborted();
    host.onProgress?.(component / components);
    const own = patterns.images.flatMap((_, image) =>
      shares[image * components + component] > NEGLIGIBLE ? [image] : [],
    );
    if (own.length === 0) continue;
    const view = componentOf(parameters, layout, component).without(missing);
    for (const image of own) {
      const share = shares[image * components + component];
      const filled = patterns.images[image].slice();
      view.fill(filled);
      const part = noise?.subarray(image * missing.length, (image + 1) * missing.length);
      if (part !== undefined) view.colour(part);
      missing.forEach((pixel, at) => {
        completed[image * missing.length + at] += share * (filled[pixel] + (part?.[at] ?? 0));
      });
    }
  }
  const pixels = pixelsUnit.slice();
  completed.forEach((value, at) => {
    const image = Math.floor(at / missing.length);
    pixels[image * length + missing[at % missing.length]] = clip(value);
  });
  return pixels;
}

/** Standard normal noise for the missing pixels, multiplied by the temperature: [size, m] */
function spread({ seed, first, size, temperature }: CompleteRequest, m: number): Float64Array {
  const noise = new Float64Array(size * m);
  stream(seed, "completion.noise").normal(noise, first * m);
  return noise.map((value) => value * temperature);
}

/** Excludes the components of classes other than the image's. */
function keepOwn(logProbs: Float64Array, labels: Int32Array, layout: Layout): void {
  const { components, classes } = layout;
  if (classes === 1) return;
  logProbs.forEach((_, at) => {
    const label = labels[Math.floor(at / components)];
    if (classOf(layout, at % components) !== label) logProbs[at] = Number.NEGATIVE_INFINITY;
  });
}

const clip = (value: number): number => Math.min(1, Math.max(0, value));
