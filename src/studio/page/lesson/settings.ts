import type { Address } from "../state/address.js";
import type { Lesson } from "./lesson.js";
import type { Setting, Settings } from "./plan.js";

/** The settings of a lesson: its own, with those that the address names; a bad value is ignored. */
export function settingsOf(lesson: Lesson, named: Address["settings"]): Settings {
  return Object.fromEntries(
    Object.entries(lesson.controls).map(([key, control]) => {
      const text = named[key];
      if (text === undefined) return [key, control.initial];
      if (control.kind === "choice") {
        return [key, control.values.includes(text) ? text : control.initial];
      }
      if (control.kind === "own") return [key, text];
      const value = Number(text);
      const { least, most, step, initial } = control;
      const steps = (value - least) / step;
      const onStep = Math.abs(steps - Math.round(steps)) < 1e-6;
      return [key, value >= least && value <= most && onStep ? value : initial];
    }),
  );
}

/** The settings that differ from the lesson's own, as the address writes them. */
export function settingsForAddress(lesson: Lesson, settings: Settings): Address["settings"] {
  return Object.fromEntries(
    Object.entries(settings)
      .filter(([key, value]) => value !== lesson.controls[key]?.initial)
      .map(([key, value]: [string, Setting]) => [key, String(value)]),
  );
}
