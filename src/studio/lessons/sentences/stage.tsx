import type { StageProps } from "../../page/lesson/lesson.js";
import { Codes } from "./codes.js";
import type { Control } from "./keys.js";
import { Sentences } from "./sentences.js";

/** Sentences and their pictures, or the codes of digits. */
export const Stage = ({ live, settings }: StageProps<Control>) =>
  settings.part === "codes" ? <Codes live={live} /> : <Sentences live={live} settings={settings} />;
