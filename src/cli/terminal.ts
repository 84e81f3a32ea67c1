import type { WriteStream } from "node:tty";
import type pc from "picocolors";

export type Colours = ReturnType<typeof pc.createColors>;

/** Whether a terminal shows colours and the user has not set NO_COLOR. */
export const showsColours = (stream: NodeJS.WritableStream): boolean =>
  isTerminal(stream) && stream.hasColors();

export const isTerminal = (stream: NodeJS.WritableStream): stream is WriteStream =>
  "isTTY" in stream && stream.isTTY === true;
