import { impossible } from "../impossible.js";
import type { Ordering } from "../ordering.js";
import { divideUnit, intervalAt, tempered } from "./intervals.js";
import { MISSING } from "./levels.js";
import type { Reader } from "./tabular-model.js";

/** A chain of order N: each variable depends on the N before it in an ordering. */
export interface Chain {
  /** k, the number of values of a variable. */
  readonly levels: number;
  /** N. */
  readonly order: number;
  /** kᴺ, the number of states of the N previous variables; those before the first count as 0. */
  readonly contexts: number;
  readonly ordering: Ordering;
}

/** The context after `value` follows `context`: drops the oldest value and appends the newest. */
const next = ({ levels, contexts }: Chain, context: number, value: number): number =>
  (context * levels + value) % contexts;

/** The results of the backward pass. */
interface Messages {
  /**
   * [(n + 1) · contexts] p(values given from place i on | context) for every place i and context, up to a
   * factor per place.
   */
  readonly future: Float64Array;
  /** log p(all given values); −∞ if they are impossible. */
  readonly logEvidence: number;
}

/**
 * The backward pass of the forward–backward algorithm over contexts.
 *
 * @param probs   [n · contexts · levels] conditional probabilities
 * @param values  [n] by variable; {@link MISSING} if not given
 * @source Rabiner 1989, doi:10.1109/5.18626, section III.A
 */
function backward(chain: Chain, probs: Float32Array, values: Int32Array): Messages {
  const { levels, contexts, ordering } = chain;
  const { sequence } = ordering;
  const future = new Float64Array((sequence.length + 1) * contexts).fill(1);
  let logScale = 0;
  for (let place = sequence.length - 1; place >= 0; place--) {
    const value = values[sequence[place]];
    const [first, last] = value === MISSING ? [0, levels - 1] : [value, value];
    const [here, after] = [place * contexts, (place + 1) * contexts];
    let largest = 0;
    for (let context = 0; context < contexts; context++) {
      const row = (here + context) * levels;
      let total = 0;
      for (let outcome = first; outcome <= last; outcome++) {
        total += probs[row + outcome] * future[after + next(chain, context, outcome)];
      }
      future[here + context] = total;
      if (total > largest) largest = total;
    }
    if (largest === 0) return { future, logEvidence: Number.NEGATIVE_INFINITY };
    for (let context = 0; context < contexts; context++) future[here + context] /= largest;
    logScale += Math.log(largest);
  }
  return { future, logEvidence: logScale + Math.log(future[0]) };
}

/**
 * A fitted chain. Draws from the first place to the last. If values are given anywhere, it draws from
 * the exact posterior, in which later given values enter through {@link backward}.
 *
 * @param logProbs  [n · contexts · levels]
 */
export function readChain(chain: Chain, logProbs: Float32Array, temperature: number): Reader {
  const { levels, contexts } = chain;
  const { sequence } = chain.ordering;
  let probs: Float32Array | undefined;
  const messagesFor = (values: Int32Array): Messages => {
    probs ??= logProbs.map(Math.exp);
    return backward(chain, probs, values);
  };
  const weights = new Float64Array(levels);
  return {
    fill(values, numbers, onDraw) {
      const messages = values.some((value) => value !== MISSING) ? messagesFor(values) : undefined;
      if (messages?.logEvidence === Number.NEGATIVE_INFINITY) throw impossible();
      let context = 0;
      for (let place = 0; place < sequence.length; place++) {
        const variable = sequence[place];
        if (values[variable] === MISSING) {
          const row = (place * contexts + context) * levels;
          for (let value = 0; value < levels; value++) {
            const after = (place + 1) * contexts + next(chain, context, value);
            weights[value] = logProbs[row + value] + Math.log(messages?.future[after] ?? 1);
          }
          const bounds = divideUnit(tempered(weights, temperature));
          const index = intervalAt(bounds, numbers[place]);
          const given = () => valuesOfContext(chain, context, place);
          onDraw?.({ variables: [variable], given: given(), bounds, u: numbers[place], index });
          values[variable] = index;
        }
        context = next(chain, context, values[variable]);
      }
    },
    logEvidence: (values) => messagesFor(values).logEvidence,
  };
}

/** The values that a context encodes, the nearest last; fewer than N at the first places. */
function valuesOfContext({ levels, order }: Chain, context: number, place: number): number[] {
  const length = Math.min(order, place);
  return Array.from(
    { length },
    (_, position) => Math.floor(context / levels ** (length - 1 - position)) % levels,
  );
}
