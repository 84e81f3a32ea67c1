import { FigmentError } from "../tensor/errors.js";
import { hashToKey, philoxBlocks } from "./random-philox.js";
import { compilePhiloxSimd, type PhiloxFill } from "./random-philox-simd.js";

/** An invalid seed, offset, step or probability for a random stream. */
export class RandomError extends FigmentError {
  override readonly name = "RandomError";
}

/** Arrays to fill with random reals. */
export type RealArray = Float32Array | Float64Array;
/** Arrays to fill with random integers. */
export type IntegerArray =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/**
 * A random sequence that is a pure function of (seed, name, step): filling twice gives the same
 * numbers, and element i is the same for fills of any offset and length. Each method has its own
 * sequence, so `uniform` and `normal` are independent. Offsets count elements from 0; a sequence has
 * 2³⁴ of them.
 */
export interface Stream {
  /**
   * Fills `out` with elements offset … offset + out.length − 1, uniform on [0, 1). They are multiples
   * of 2⁻²⁴, so float32 holds them exactly and rounding never gives 1.
   */
  uniform(out: RealArray, offset?: number): void;

  /** Fills `out` with standard normal numbers, by Box–Muller in float64. */
  normal(out: RealArray, offset?: number): void;

  /**
   * Fills `out` with 1 with the given probability, else 0.
   *
   * @param probs  one probability in [0, 1] for all elements of `out`, or one for each
   * @throws RandomError when a probability is not in [0, 1] or their count differs from `out`'s
   */
  bernoulli(out: IntegerArray, probs: number | ArrayLike<number>, offset?: number): void;

  /**
   * Fills `out` with classes 0 … classes − 1, each drawn from its own row of logits.
   *
   * @param logits   [out.length, classes] unnormalised log-probabilities; −∞ rules a class out
   * @throws RandomError when the length of `logits` is not out.length × classes, or a row has a NaN,
   *                     a +∞ or only −∞
   */
  categorical(out: IntegerArray, logits: ArrayLike<number>, classes: number, offset?: number): void;

  /** Fills `out` with integers, exactly uniform on 0 … bound − 1; bound is at most 2³². */
  integers(out: IntegerArray, bound: number, offset?: number): void;

  /** The integers 0 … length − 1 in an unbiased random order (Fisher–Yates). */
  permutation(length: number): Uint32Array;
}

/** The sequences of a stream, as the low byte of the highest counter word. */
const SEQUENCE = {
  uniform: 0,
  normal: 1,
  bernoulli: 2,
  categorical: 3,
  integers: 4,
  permutation: 5,
} as const;
type Sequence = keyof typeof SEQUENCE;

const TWO_32 = 2 ** 32;
const MAX_ELEMENTS = 2 ** 34;
/** Blocks generated at a time; their 4 KiB stay in the first-level cache. */
const CHUNK_BLOCKS = 256;
const CHUNK_WORDS = CHUNK_BLOCKS * 4;

let compiled: PhiloxFill | undefined;
/** The fastest available implementation; all give the same words. */
function fillBlocks(): PhiloxFill {
  compiled ??= compilePhiloxSimd() ?? philoxBlocks;
  return compiled;
}

/**
 * The stream of the given seed, name and step.
 *
 * Philox4x32-10 under the key {@link hashToKey}(seed, name); the counter is
 * (block, step mod 2³², step div 2³², sequence + 256 × attempt), block = element div 4.
 *
 * @param seed  a whole number in [0, 2⁵³)
 * @param name  the purpose of the numbers, such as `shuffle` or `vae/eps`
 * @param step  a whole number in [0, 2⁵³): the training step, epoch or image index
 * @throws RandomError when seed or step is out of range
 */
export function stream(seed: number, name: string, step = 0): Stream {
  requireNatural("seed", seed);
  requireNatural("step", step);
  const [key0, key1] = hashToKey(seed, name);
  const counter1 = step >>> 0;
  const counter2 = Math.floor(step / TWO_32);
  const words = (sequence: Sequence, attempt = 0) => ({
    key0,
    key1,
    counter1,
    counter2,
    counter3: SEQUENCE[sequence] + 256 * attempt,
  });

  let buffer = new Uint32Array();
  const each = (sequence: Sequence, length: number, offset: number, visit: Visitor) => {
    requireRange(offset, length);
    const prefix = words(sequence);
    const end = offset + length;
    const room = Math.min(CHUNK_WORDS, 4 * (Math.ceil(length / 4) + 1));
    if (buffer.length < room) buffer = new Uint32Array(room);
    const fill = fillBlocks();
    for (let at = offset; at < end; ) {
      const firstBlock = Math.floor(at / 4);
      const skip = at - firstBlock * 4;
      const count = Math.min(buffer.length - skip, end - at);
      fill(prefix, firstBlock, Math.ceil((skip + count) / 4), buffer);
      visit(buffer, skip, count, at - offset);
      at += count;
    }
  };

  /** Word of one element at a given attempt, for draws that may reject. */
  const retry = new Uint32Array(4);
  const wordAt = (sequence: Sequence, element: number, attempt: number) => {
    philoxBlocks(words(sequence, attempt), Math.floor(element / 4), 1, retry);
    return retry[element % 4]!;
  };

  /**
   * Maps a word to 0 … bound − 1 without bias: rejects words above the last whole multiple of bound and
   * draws again under the next attempt's counter.
   */
  const below = (sequence: Sequence, bound: number, word: number, element: number) => {
    const limit = TWO_32 - (TWO_32 % bound);
    for (let attempt = 1; word >= limit; attempt++) word = wordAt(sequence, element, attempt);
    return word % bound;
  };

  return {
    uniform(out, offset = 0) {
      each("uniform", out.length, offset, (buffer, skip, count, to) => {
        for (let i = 0; i < count; i++) out[to + i] = (buffer[skip + i]! >>> 8) * 2 ** -24;
      });
    },

    normal(out, offset = 0) {
      each("normal", out.length, offset, (buffer, skip, count, to) => {
        boxMuller(buffer, skip, count, out, to);
      });
    },

    bernoulli(out, probs, offset = 0) {
      const single = typeof probs === "number";
      if (!single && probs.length !== out.length)
        throw new RandomError(
          `bernoulli: got ${probs.length} probabilities for ${out.length} draws; pass one per draw`,
        );
      if (single) requireProbability(probs);
      each("bernoulli", out.length, offset, (buffer, skip, count, to) => {
        for (let i = 0; i < count; i++) {
          const p = single ? probs : probs[to + i]!;
          if (!(p >= 0 && p <= 1)) requireProbability(p);
          out[to + i] = buffer[skip + i]! < p * TWO_32 ? 1 : 0;
        }
      });
    },

    categorical(out, logits, classes, offset = 0) {
      if (logits.length !== out.length * classes)
        throw new RandomError(
          `categorical: ${logits.length} logits for ${out.length} draws of ${classes} classes; ` +
            `${out.length * classes} are needed`,
        );
      each("categorical", out.length, offset, (buffer, skip, count, to) => {
        for (let i = 0; i < count; i++) {
          const u = (buffer[skip + i]! + 0.5) / TWO_32;
          out[to + i] = inverseCategorical(logits, (to + i) * classes, classes, u);
        }
      });
    },

    integers(out, bound, offset = 0) {
      if (!(Number.isInteger(bound) && bound >= 1 && bound <= TWO_32))
        throw new RandomError(`integers: bound ${bound} is not a whole number in [1, 2^32]`);
      each("integers", out.length, offset, (buffer, skip, count, to) => {
        for (let i = 0; i < count; i++)
          out[to + i] = below("integers", bound, buffer[skip + i]!, offset + to + i);
      });
    },

    permutation(length) {
      if (!(Number.isInteger(length) && length >= 0 && length < TWO_32))
        throw new RandomError(`permutation: length ${length} is not a whole number in [0, 2^32)`);
      const order = new Uint32Array(length);
      for (let i = 0; i < length; i++) order[i] = i;
      each("permutation", length, 0, (buffer, skip, count, to) => {
        for (let k = 0; k < count; k++) {
          const i = to + k;
          const j = below("permutation", i + 1, buffer[skip + k]!, i);
          const kept = order[i]!;
          order[i] = order[j]!;
          order[j] = kept;
        }
      });
      return order;
    },
  };
}

/** Receives `count` words from `buffer[skip]` on; the first belongs to `out[to]`. */
type Visitor = (buffer: Uint32Array, skip: number, count: number, to: number) => void;

/**
 * Words 2k and 2k + 1 of a sequence give normals 2k and 2k + 1. The radius maps its word to (0, 1], so
 * the logarithm is finite; the largest |value| is √(2 · 32 · ln 2) ≈ 6.66.
 */
function boxMuller(buffer: Uint32Array, skip: number, count: number, out: RealArray, to: number) {
  for (let i = 0; i < count; ) {
    const at = skip + i;
    const pair = at & ~1;
    const radius = Math.sqrt(-2 * Math.log((buffer[pair]! + 1) / TWO_32));
    const angle = (2 * Math.PI * buffer[pair + 1]!) / TWO_32;
    if (at === pair) out[to + i++] = radius * Math.cos(angle);
    if (i < count) out[to + i++] = radius * Math.sin(angle);
  }
}

/** The class whose interval of the cumulative distribution contains u in (0, 1). */
function inverseCategorical(logits: ArrayLike<number>, at: number, classes: number, u: number) {
  let max = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < classes; c++) {
    const logit = logits[at + c]!;
    if (!(logit < Number.POSITIVE_INFINITY))
      throw new RandomError(`categorical: the logit at index ${at + c} must not be ${logit}`);
    if (logit > max) max = logit;
  }
  if (max === Number.NEGATIVE_INFINITY)
    throw new RandomError(`categorical: all classes of the row at index ${at} are impossible`);
  let total = 0;
  for (let c = 0; c < classes; c++) total += Math.exp(logits[at + c]! - max);
  let left = u * total;
  let last = 0;
  for (let c = 0; c < classes; c++) {
    const weight = Math.exp(logits[at + c]! - max);
    if (weight === 0) continue;
    last = c;
    left -= weight;
    if (left < 0) break;
  }
  return last;
}

function requireNatural(what: string, value: number) {
  if (!(Number.isSafeInteger(value) && value >= 0))
    throw new RandomError(`${what} ${value} is not a whole number in [0, 2^53)`);
}

function requireRange(offset: number, length: number) {
  requireNatural("offset", offset);
  if (offset + length > MAX_ELEMENTS)
    throw new RandomError(`offset ${offset} + ${length} elements is past the stream's 2^34`);
}

function requireProbability(p: number) {
  if (!(p >= 0 && p <= 1)) throw new RandomError(`bernoulli: ${p} is not a probability in [0, 1]`);
}
