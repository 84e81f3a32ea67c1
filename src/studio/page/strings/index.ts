import { computed } from "@preact/signals";
import { type Language, language } from "../state/preferences.js";
import { en, type Strings } from "./en.js";
import { ko } from "./ko.js";

/** Something in every language of the page; a language that lacks it does not compile. */
export type Localised<T> = Readonly<Record<Language, T>>;

const tables: Localised<Strings> = { en, ko };

/** The texts of the page in the visitor's language. */
export const strings = computed(() => tables[language.value]);

/** The visitor's version of something. */
export const local = <T>(versions: Localised<T>): T => versions[language.value];

/** A number as the visitor's language writes it. */
export const formatNumber = (value: number, digits = 0): string =>
  new Intl.NumberFormat(language.value, {
    maximumFractionDigits: digits,
    minimumFractionDigits: digits,
  }).format(value);

/** A figure with about three significant digits, such as a loss. */
export const formatFigure = (value: number): string =>
  Number.isFinite(value)
    ? new Intl.NumberFormat(language.value, { maximumSignificantDigits: 4 }).format(value)
    : String(value);
