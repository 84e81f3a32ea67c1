import type { z } from "zod";
import type { trainingSpec } from "../../engine/spec.js";
import type { Upload } from "../../engine/upload.js";
import type { Live } from "../state/live.js";

/** A value of a control: a number of a range, or one of some choices. */
export type Setting = number | string;
export type Settings<K extends string = string> = Readonly<Record<K, Setting>>;

interface ControlBase {
  /** Whether a change takes effect at once; otherwise the training starts again. */
  readonly live?: boolean;
  /** Whether it matters under the other settings; always where absent. */
  matters?(settings: Settings): boolean;
}

/** A slider. */
export interface Range extends ControlBase {
  readonly kind: "range";
  readonly least: number;
  readonly most: number;
  readonly step: number;
  readonly initial: number;
}

/** A few values, each with a label in the lesson's words. */
export interface Choice extends ControlBase {
  readonly kind: "choice";
  readonly values: readonly string[];
  readonly initial: string;
}

/** A setting that the lesson's own picture changes, such as a drawing: a text that the address keeps. */
export interface Own extends ControlBase {
  readonly kind: "own";
  readonly initial: string;
}

export type Control = Range | Choice | Own;

/** A training as a lesson asks for it. */
export type LessonTraining = Omit<z.input<typeof trainingSpec>, "kind" | "seed" | "paused">;

/** A preset: settings that work, or that fail on purpose. */
export interface Preset<K extends string> {
  readonly works: boolean;
  readonly settings: Partial<Settings<K>>;
}

/** What a lesson trains, with which settings, and when its model has learned. */
export interface LessonPlan<K extends string = string, P extends string = string> {
  readonly id: string;
  readonly controls: Readonly<Record<K, Control>>;
  readonly presets: Readonly<Record<P, Preset<K>>>;
  /** The training that the settings describe. The page adds the seed. */
  training(settings: Settings<K>): LessonTraining;
  /** Images of the visitor's own, which take the place of the training's data where there are some. */
  upload?(settings: Settings<K>): Upload | undefined;
  /** Whether the model has learned what the lesson is about, which its page then says. */
  learned(live: Live): boolean;
}
