import type { ComponentType } from "preact";

import type { z } from "zod";
import type { trainingSpec } from "../../engine/spec.js";
import type { Upload } from "../../engine/upload.js";
import type { Live } from "../state/live.js";
import type { Localised } from "../strings/index.js";

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

/** What a lesson's own picture gets. */
export interface StageProps<K extends string = string> {
  readonly live: Live;
  readonly settings: Settings<K>;
  /** Changes a control as if the visitor had. */
  set(key: K, value: Setting): void;
}

/** What the list of lessons shows of one. */
export interface LessonHeading {
  readonly title: string;
  /** One sentence. */
  readonly summary: string;
}

/** The texts of a lesson. */
export interface LessonWords<K extends string, P extends string> {
  readonly controls: Readonly<
    Record<
      K,
      {
        readonly label: string;
        readonly help: string;
        readonly values?: Readonly<Record<string, string>>;
      }
    >
  >;
  /** The name of each preset, and why it works or fails. */
  readonly presets: Readonly<Record<P, { readonly label: string; readonly why: string }>>;
  /** The text beside the picture. */
  readonly Text: ComponentType;
}

/** A preset: settings that work, or that fail on purpose. */
export interface Preset<K extends string> {
  readonly works: boolean;
  readonly settings: Partial<Settings<K>>;
}

/** A lesson: a live model, its controls, and the text beside it. */
export interface Lesson<K extends string = string, P extends string = string> {
  readonly id: string;
  readonly controls: Readonly<Record<K, Control>>;
  readonly presets: Readonly<Record<P, Preset<K>>>;
  /** The training that the settings describe. The page adds the seed. */
  training(settings: Settings<K>): LessonTraining;
  /** Images of the visitor's own, which take the place of the training's data where there are some. */
  upload?(settings: Settings<K>): Upload | undefined;
  /** The lesson's picture: what is watched, as it moves. */
  readonly Stage: ComponentType<StageProps<K>>;
  readonly words: Localised<LessonWords<K, P>>;
  /** Whether the model has learned what the lesson is about, which its page then says. */
  learned(live: Live): boolean;
}

/** Types a lesson by its own keys, and returns it as a general one. */
export const defineLesson = <K extends string, P extends string>(lesson: Lesson<K, P>): Lesson =>
  lesson as unknown as Lesson;
