import { defineLesson } from "../../page/lesson/lesson.js";
import type { Control, Preset } from "./keys.js";
import { plan } from "./plan.js";
import { Stage } from "./stage.js";
import { words as en } from "./words.en.js";
import { words as ko } from "./words.ko.js";

export const lesson = defineLesson<Control, Preset>({ ...plan, Stage, words: { en, ko } });
