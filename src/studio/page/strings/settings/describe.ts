import { language } from "../../state/preferences.js";
import { settings as ko } from "./ko.js";

/**
 * What a setting means, in the visitor's language. The descriptions are those of the models' schemas, in
 * English; a test checks that every one has its Korean.
 */
export const describe = (description: string): string =>
  language.value === "ko" ? (ko[description] ?? description) : description;
