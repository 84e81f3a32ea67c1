import type { ComponentType } from "preact";
import type { Live } from "../state/live.js";
import type { Localised } from "../strings/index.js";
import type { LessonPlan, Setting, Settings } from "./plan.js";

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

/** A lesson: a live model, its controls, and the text beside it. */
export interface Lesson<K extends string = string, P extends string = string>
  extends LessonPlan<K, P> {
  /** The lesson's picture: what is watched, as it moves. */
  readonly Stage: ComponentType<StageProps<K>>;
  readonly words: Localised<LessonWords<K, P>>;
}

/** Types a lesson by its own keys, and returns it as a general one. */
export const defineLesson = <K extends string, P extends string>(lesson: Lesson<K, P>): Lesson =>
  lesson as unknown as Lesson;
