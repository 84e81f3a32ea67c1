/** Characters that a terminal may obey as commands or that reverse the text direction. */
const CONTROLS = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** Escapes every character of untrusted text that a terminal would obey. */
export const printable = (text: string): string =>
  text.replaceAll(
    CONTROLS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

const MOST_CHARACTERS = 80;

/** An untrusted value as JSON, printable and short enough for a message. */
export function brief(value: unknown): string {
  const text = printable(JSON.stringify(value) ?? "undefined");
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
