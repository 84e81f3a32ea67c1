import { FigmentError } from "../tensor/errors.js";

/**
 * A factor that multiplies the learning rate.
 *
 * @param update  1 for the first
 * @param total   number of updates of the whole run
 * @returns       in [0, 1]
 */
export type Schedule = (update: number, total: number) => number;

/** Always 1. */
export const constantSchedule: Schedule = () => 1;

/**
 * Rises in equal steps to 1 at the given update; another schedule follows over the remaining
 * updates.
 */
export function warmup(updates: number, after: Schedule = constantSchedule): Schedule {
  return (update, total) =>
    update <= updates ? update / updates : after(update - updates, total - updates);
}

/**
 * Falls from 1 towards `final` along half a cosine, which ends after the last update.
 *
 * @source Loshchilov & Hutter 2017, arXiv:1608.03983, equation 5, without restarts
 */
export function cosine(final = 0): Schedule {
  return (update, total) => {
    const progress = total > 0 ? Math.min((update - 1) / total, 1) : 1;
    return final + 0.5 * (1 - final) * (1 + Math.cos(Math.PI * progress));
  };
}

/** Multiplies the rate by `factor` after every `every` updates. */
export function stepDecay(every: number, factor = 0.1): Schedule {
  return (update) => factor ** Math.floor((update - 1) / every);
}

/** Syntax of schedules, for help texts. */
export const scheduleSyntax =
  "constant, cosine[:FINAL], step:EVERY[:FACTOR], warmup:UPDATES[+SCHEDULE]";

/**
 * Parses a schedule as written on a command line: `cosine:0.01`, `warmup:500+cosine`.
 *
 * @throws FigmentError naming the part that is invalid, and the syntax
 */
export function parseSchedule(text: string): Schedule {
  const refuse = (problem: string) =>
    new FigmentError(`the schedule "${text}": ${problem}; schedules are ${scheduleSyntax}`);
  const plus = text.indexOf("+");
  const [name, ...options] = (plus < 0 ? text : text.slice(0, plus)).split(":");
  const number = (index: number, what: string, valid: (value: number) => boolean) => {
    const value = options[index] === "" ? Number.NaN : Number(options[index]);
    if (!valid(value)) throw refuse(`${what} cannot be "${options[index] ?? ""}"`);
    return value;
  };
  const fraction = (index: number, what: string, otherwise: number) =>
    index < options.length ? number(index, what, (value) => value >= 0 && value <= 1) : otherwise;
  const count = (index: number, what: string) =>
    number(index, what, (value) => Number.isInteger(value) && value >= 1);
  const atMost = (most: number) => {
    if (options.length > most) throw refuse(`"${name}" takes at most ${most} options`);
    if (plus >= 0 && name !== "warmup") throw refuse(`nothing can follow "${name}"`);
  };
  switch (name) {
    case "constant":
      atMost(0);
      return constantSchedule;
    case "cosine":
      atMost(1);
      return cosine(fraction(0, "the final factor", 0));
    case "step":
      atMost(2);
      return stepDecay(count(0, "the number of updates"), fraction(1, "the factor", 0.1));
    case "warmup":
      atMost(1);
      return warmup(
        count(0, "the number of updates"),
        plus < 0 ? constantSchedule : parseSchedule(text.slice(plus + 1)),
      );
    default:
      throw refuse(`there is no "${name}"`);
  }
}
