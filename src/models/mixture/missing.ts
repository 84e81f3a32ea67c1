import type { Host, HostBatch } from "../../core/driven.js";
import type { FitSums } from "../../core/fit.js";
import { classOf, type Layout } from "./layout.js";
import { componentOf } from "./observed.js";
import { emptyBlocks, type HostParameters, readParameters } from "./parameters.js";
import { logSumExp, NEGLIGIBLE } from "./responsibilities.js";

/** Images on the host, grouped by their pattern of missing pixels. */
interface Patterns {
  /** Pixels of each image in float64, NaN where missing. */
  readonly images: readonly Float64Array[];
  readonly groups: readonly { readonly missing: Int32Array; readonly members: readonly number[] }[];
}

/** @param pixels  [count, D] */
export function patternsOf(pixels: Float32Array, count: number): Patterns {
  const length = pixels.length / count;
  const images = Array.from({ length: count }, (_, image) =>
    Float64Array.from(pixels.subarray(image * length, (image + 1) * length)),
  );
  const groups = new Map<string, { missing: Int32Array; members: number[] }>();
  images.forEach((image, index) => {
    const missing = Int32Array.from([...image.keys()].filter((at) => Number.isNaN(image[at])));
    const known = groups.get(missing.join());
    if (known === undefined) groups.set(missing.join(), { missing, members: [index] });
    else known.members.push(index);
  });
  return { images, groups: [...groups.values()] };
}

/**
 * log p(component, observed pixels) of each image; −∞ for components of other classes than a label's.
 *
 * @param labels  [count], or undefined to look at all classes
 * @returns       [count, M]
 */
export function observedLogProbs(
  { images, groups }: Patterns,
  labels: Int32Array | undefined,
  parameters: HostParameters,
  layout: Layout,
): Float64Array {
  const { components, classes } = layout;
  const logProbs = new Float64Array(images.length * components).fill(Number.NEGATIVE_INFINITY);
  for (let component = 0; component < components; component++) {
    const logWeight = parameters.logWeights[component];
    if (logWeight === Number.NEGATIVE_INFINITY) continue;
    const seen = componentOf(parameters, layout, component);
    const owner = classOf(layout, component);
    for (const { missing, members } of groups) {
      const own =
        labels === undefined || classes === 1
          ? members
          : members.filter((member) => labels[member] === owner);
      if (own.length === 0) continue;
      const { logDensity } = seen.without(missing);
      for (const member of own) {
        logProbs[member * components + component] = logWeight + logDensity(images[member]);
      }
    }
  }
  return logProbs;
}

/** −log p(observed pixels) in nats, the missing ones integrated out: [count]. */
export async function missingScores(
  host: Host,
  { count, pixelsUnit, annotations }: HostBatch,
  layout: Layout,
  logPriors: (parameters: HostParameters) => Float64Array | undefined,
): Promise<Float64Array> {
  const parameters = readParameters(await host.values(), layout);
  const priors = logPriors(parameters);
  const logProbs = observedLogProbs(
    patternsOf(pixelsUnit, count),
    priors && annotations.class,
    parameters,
    layout,
  );
  const { components } = layout;
  return Float64Array.from({ length: count }, (_, image) => {
    const row = logProbs.subarray(image * components, (image + 1) * components);
    return (priors?.[annotations.class?.[image] ?? 0] ?? 0) - logSumExp(row);
  });
}

/** How images are assigned: to the nearest mean, to the likeliest component, or by the posterior. */
export type Sharing = "nearest" | "hard" | "soft";

/**
 * The sums for images with missing pixels. Each component fills in its conditional mean, and the second
 * moments include the conditional covariance.
 *
 * @returns  the same sums as `emStatistics` and `nearestStatistics`
 * @source Ghahramani & Jordan 1994, Supervised learning from incomplete data via an EM approach
 */
export function missingSums(
  { count, pixelsUnit, annotations, weights }: HostBatch,
  parameters: HostParameters,
  layout: Layout,
  { kind }: { readonly kind: Sharing },
): FitSums {
  const { components, length } = layout;
  const patterns = patternsOf(pixelsUnit, count);
  const logProbs =
    kind === "nearest"
      ? nearness(patterns, annotations.class, parameters, layout)
      : observedLogProbs(patterns, annotations.class, parameters, layout);
  const [share, loss] = shares(logProbs, weights, components, kind);
  const sums = emptySums(layout, kind !== "nearest");
  sums.set("loss", Float64Array.of(loss));
  const filled = new Float64Array(length);
  for (let component = 0; component < components; component++) {
    const owned = (member: number) => share[member * components + component];
    const seen = kind === "nearest" ? undefined : componentOf(parameters, layout, component);
    for (const { missing, members } of patterns.groups) {
      const own = members.filter((member) => owned(member) > NEGLIGIBLE);
      if (own.length === 0) continue;
      const view = seen?.without(missing);
      for (const member of own) {
        filled.set(patterns.images[member]);
        if (view === undefined) fillWithMean(filled, parameters.means, component * length);
        else view.fill(filled);
        addImage(sums, filled, owned(member), component, layout);
      }
      if (view === undefined || missing.length === 0) continue;
      const total = own.reduce((sum, member) => sum + owned(member), 0);
      addCovariance(sums, view.covariance(), missing, total, component, layout);
    }
  }
  return sums;
}

/** −‖x − μ‖² over the observed pixels: [count, M]. */
function nearness(
  { images }: Patterns,
  labels: Int32Array | undefined,
  { means }: HostParameters,
  layout: Layout,
): Float64Array {
  const { components, length, classes } = layout;
  return Float64Array.from({ length: images.length * components }, (_, at) => {
    const image = Math.floor(at / components);
    const component = at % components;
    if (classes > 1 && labels?.[image] !== classOf(layout, component)) {
      return Number.NEGATIVE_INFINITY;
    }
    let sum = 0;
    images[image].forEach((value, pixel) => {
      if (!Number.isNaN(value)) sum += (value - means[component * length + pixel]) ** 2;
    });
    return -sum;
  });
}

/** [count, M] weighted shares, and the sum of the images' losses. */
function shares(
  logProbs: Float64Array,
  weights: Float32Array,
  components: number,
  kind: Sharing,
): [Float64Array, number] {
  const share = new Float64Array(logProbs.length);
  let loss = 0;
  weights.forEach((weight, image) => {
    const row = logProbs.subarray(image * components, (image + 1) * components);
    const largest = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const total = kind === "soft" ? logSumExp(row) : largest;
    loss -= weight * total;
    if (kind !== "soft") share[image * components + row.indexOf(largest)] = weight;
    else {
      row.forEach((value, component) => {
        share[image * components + component] = weight * Math.exp(value - total);
      });
    }
  });
  return [share, loss];
}

function emptySums(layout: Layout, second: boolean): Map<string, Float64Array> {
  const { components, length, blocks, matrices } = layout;
  const sums = new Map<string, Float64Array>([
    ["counts", new Float64Array(components)],
    ["sums", new Float64Array(components * length)],
  ]);
  if (!second) return sums;
  if (matrices === 0) return sums.set("squares", new Float64Array(components * length));
  const empty = emptyBlocks(layout);
  blocks.forEach(({ name }, block) => {
    sums.set(name, empty[block]);
  });
  return sums;
}

function fillWithMean(x: Float64Array, means: Float64Array, offset: number): void {
  for (let at = 0; at < x.length; at++) if (Number.isNaN(x[at])) x[at] = means[offset + at];
}

function addImage(
  sums: ReadonlyMap<string, Float64Array>,
  x: Float64Array,
  share: number,
  component: number,
  { length, blocks, matrices }: Layout,
): void {
  sums.get("counts")![component] += share;
  const first = sums.get("sums")!.subarray(component * length);
  const squares = sums.get("squares")?.subarray(component * length);
  for (let pixel = 0; pixel < length; pixel++) {
    first[pixel] += share * x[pixel];
    if (squares !== undefined) squares[pixel] += share * x[pixel] * x[pixel];
  }
  const matrix = matrices === 1 ? 0 : component;
  for (const { name, start, end } of blocks) {
    const block = sums.get(name);
    if (block === undefined) return;
    for (let row = start; row < end; row++) {
      const at = (matrix * (end - start) + row - start) * end;
      const scale = share * x[row];
      for (let column = 0; column <= row; column++) block[at + column] += scale * x[column];
    }
  }
}

function addCovariance(
  sums: ReadonlyMap<string, Float64Array>,
  covariance: Float64Array,
  missing: Int32Array,
  share: number,
  component: number,
  { length, blocks, matrices }: Layout,
): void {
  if (matrices === 0) {
    const squares = sums.get("squares")!;
    missing.forEach((pixel, at) => {
      squares[component * length + pixel] += share * covariance[at];
    });
    return;
  }
  const matrix = matrices === 1 ? 0 : component;
  missing.forEach((pixel, row) => {
    const { name, start, end } = blocks.find((block) => pixel < block.end)!;
    const block = sums.get(name)!;
    const at = (matrix * (end - start) + pixel - start) * end;
    for (let column = 0; column <= row; column++) {
      block[at + missing[column]] += share * covariance[row * missing.length + column];
    }
  });
}
