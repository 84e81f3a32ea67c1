import type { ComponentType } from "preact";
import type { View } from "../state/address.js";
import { CompareView } from "./compare/compare-view.js";
import { LessonsView } from "./lessons/lessons-view.js";
import { TrainView } from "./train/train-view.js";
import { UseView } from "./use/use-view.js";

/** The component of each view. */
export const views: Readonly<Record<View, ComponentType>> = {
  lessons: LessonsView,
  train: TrainView,
  use: UseView,
  compare: CompareView,
};
