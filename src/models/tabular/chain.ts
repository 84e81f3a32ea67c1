import type { Ordering } from "../ordering.js";
import { divideUnit, intervalAt, tempered } from "./intervals.js";
import { MISSING } from "./levels.js";
import { impossible, type Reader } from "./tabular-model.js";

/** A chain of order N: each variable depends on the N before it in an ordering. */
export interface Chain {
  /** k: values of a variable. */
  readonly levels: number;
  /** N. */
  readonly order: number;
  /** kᴺ: ways in which the N variables before can be; those before the first count as 0. */
  readonly contexts: number;
  readonly ordering: Ordering;
}

/** The context after `value` has followed `context`: the oldest value falls out, the newest comes last. */
const next = ({ levels, contexts }: Chain, context: number, value: number): number =>
  (context * levels + value) % contexts;

/** What the past needs to know of the future. */
interface Messages {
  /**
   * [(n + 1) · contexts] p(what is given from place i on | context), for every place i and context, up
   * to a factor for each place.
   */
  readonly future: Float64Array;
  /** log p(all that is given); −∞ when it cannot be. */
  readonly logEvidence: number;
}

/**
 * The backward pass of the forward–backward algorithm over contexts.
 *
 * @param probs   [n · contexts · levels] conditional probabilities
 * @param values  [n] by variable; {@link MISSING} where not given
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
 * A fitted chain. It draws from the first place to the last; with values given anywhere, from the exact
 * posterior: what is given later weighs in by {@link backward}.
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

/** The values that a context stands for, the nearest last; of the first places only what there is. */
function valuesOfContext({ levels, order }: Chain, context: number, place: number): number[] {
  const length = Math.min(order, place);
  return Array.from(
    { length },
    (_, position) => Math.floor(context / levels ** (length - 1 - position)) % levels,
  );
}
