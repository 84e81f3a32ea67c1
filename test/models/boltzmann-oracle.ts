import type { LoadedModel } from "../../src/core/loaded-model.js";
import type { BoltzmannConfig } from "../../src/models/energy/boltzmann/config.js";
import type { StateValues } from "../../src/runtime/program.js";
import { toNumbers } from "../../src/tensor/dtype.js";

/** Exponents −E(s) of all states of a machine's units, in float64, by its definition. */
export interface Machine {
  /** Biases of pixels, then of hidden units. */
  readonly bias: readonly number[];
  /** Symmetric, over pixels and hidden units together. */
  readonly coupling: readonly (readonly number[])[];
  readonly pixels: number;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** The machine that values describe, for images of `side` × `side` with `side` × `side` or fewer hidden units. */
export function machineFrom(values: StateValues, config: BoltzmannConfig, side: number): Machine {
  const get = (name: string) =>
    Array.from(toNumbers(values.get(`parameters.boltzmann.${name}`) ?? new Float32Array()));
  const base = Array.from(toNumbers(values.get("buffers.boltzmann.base") ?? new Float32Array()));
  const pixels = side * side;
  const units = pixels + config.hidden;
  const coupling = Array.from({ length: units }, () => new Array<number>(units).fill(0));
  const place = (pixel: number) => [Math.floor(pixel / side), pixel % side];
  const join = (name: string, pairs: readonly (readonly [number, number])[]) => {
    const weights = get(name);
    if (weights.length !== pairs.length) throw new Error(`${name}: ${weights.length} weights`);
    pairs.forEach(([i, j], index) => {
      coupling[i][j] = weights[index];
      coupling[j][i] = weights[index];
    });
  };
  const pairs = (from: number, to: number, start: number, end: number) =>
    Array.from({ length: to - from }, (_, i) =>
      Array.from({ length: end - start }, (_, j) => [from + i, start + j] as const),
    ).flat();
  const near = (a: readonly number[], b: readonly number[], reach: number) =>
    a.every((position, axis) => Math.abs(position - b[axis]) <= reach);
  if (config.visibleVisible !== "none") {
    const reach = config.visibleVisible === "full" ? side : config.visibleRadius;
    join(
      "visibleLateral",
      pairs(0, pixels, 0, pixels).filter(([i, j]) => i < j && near(place(i), place(j), reach)),
    );
  }
  if (config.hidden > 0) {
    // With as many hidden units as pixels, their grid is that of the pixels.
    const reach = config.visibleHidden === "full" ? side : config.window;
    join(
      "weight",
      pairs(0, pixels, pixels, units).filter(
        ([i, j]) => reach === side || near(place(i), place(j - pixels), reach),
      ),
    );
  }
  if (config.hidden > 1 && config.hiddenHidden !== "none") {
    const all = config.hiddenHidden === "full";
    join(
      "hiddenLateral",
      pairs(pixels, units, pixels, units).filter(
        ([i, j]) =>
          i < j && (all || near(place(i - pixels), place(j - pixels), config.hiddenRadius)),
      ),
    );
  }
  const shift = get("visibleShift");
  const learned = [...base.map((bias, i) => bias + shift[i]), ...get("hiddenBias")];
  const centre = [...base.map(sigmoid), ...new Array<number>(config.hidden).fill(0.5)];
  const bias = learned.map((own, i) => own - (config.centred ? dot(coupling[i], centre) : 0));
  return { bias, coupling, pixels };
}

export const oracleOf = async (model: LoadedModel, side: number): Promise<Machine> =>
  machineFrom(await model.values(), model.config as BoltzmannConfig, side);

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, x, index) => sum + x * b[index], 0);

/** State n of some units, where unit i is bit i. */
export const bitsOf = (n: number, units: number): number[] =>
  Array.from({ length: units }, (_, i) => (n >> i) & 1);

/** b·s + ½sᵀJs */
export const exponent = ({ bias, coupling }: Machine, s: readonly number[]): number =>
  s.reduce((sum, on, i) => sum + on * (bias[i] + dot(coupling[i], s) / 2), 0);

/** log Z, and p of each joint state; the pixels are the lowest bits of its number. */
export function distributionOf(machine: Machine, temperature = 1) {
  const units = machine.bias.length;
  const exponents = Array.from(
    { length: 2 ** units },
    (_, n) => exponent(machine, bitsOf(n, units)) / temperature,
  );
  const largest = exponents.reduce((a, b) => Math.max(a, b));
  const logZ = largest + Math.log(exponents.reduce((sum, x) => sum + Math.exp(x - largest), 0));
  return { logZ, joint: exponents.map((x) => Math.exp(x - logZ)) };
}

/** p of each image, whose pixels are the bits of its number. */
export function imagesOf(joint: readonly number[], pixels: number): Float64Array {
  const images = new Float64Array(2 ** pixels);
  joint.forEach((probability, n) => {
    images[n % images.length] += probability;
  });
  return images;
}
