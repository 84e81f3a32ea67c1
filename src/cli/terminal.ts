import type { WriteStream } from "node:tty";
import type pc from "picocolors";
import { printableLines } from "../core/printable.js";

export type Colours = ReturnType<typeof pc.createColors>;

/** Whether a terminal shows colours and the user has not set NO_COLOR. */
export const showsColours = (stream: NodeJS.WritableStream): boolean =>
  isTerminal(stream) && stream.hasColors();

export const isTerminal = (stream: NodeJS.WritableStream): stream is WriteStream =>
  "isTTY" in stream && stream.isTTY === true;

const ESCAPE = "\u001b";
/** What picocolors writes around coloured text. */
const COLOUR = new RegExp(`(${ESCAPE}\\[\\d{1,2}m)`);

/**
 * Text as a terminal may be given it: names in a run, a file or a folder may hold escape sequences.
 *
 * @param coloured  whether the text has colours of our own
 */
export function forTerminal(text: string, coloured: boolean): string {
  if (!coloured) return printableLines(text);
  return text
    .split(COLOUR)
    .map((part) => (COLOUR.test(part) ? part : printableLines(part)))
    .join("");
}
