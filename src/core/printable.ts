/** Characters that a terminal may obey as commands or that reverse the text direction. */
const CONTROLS = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Escapes every character of untrusted text that a terminal would obey.
 *
 * @param kept  characters to leave as they are
 */
export const printable = (text: string, kept = ""): string =>
  text.replaceAll(CONTROLS, (character) =>
    kept.includes(character)
      ? character
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** {@link printable}, of several lines. */
export const printableLines = (text: string): string => printable(text, "\n\t");

const MOST_CHARACTERS = 80;

/** An untrusted value as JSON, printable and short enough for a message. */
export function brief(value: unknown): string {
  const text = printable(JSON.stringify(value) ?? "undefined");
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
