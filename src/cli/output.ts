import pc from "picocolors";
import { printable } from "../core/printable.js";
import type { openProgress, Progress } from "./progress.js";
import { type Colours, forTerminal, showsColours } from "./terminal.js";

/** The output of a command: results on stdout, everything else on stderr. */
export interface Output {
  readonly json: boolean;
  /** Colours for text that {@link Output.result} prints. */
  readonly colours: Colours;
  /** Colours for text that {@link Output.note} prints. */
  readonly noteColours: Colours;
  /** Prints the command's result: the document with `--json`, else the text. */
  result(document: unknown, text: string): void;
  /** Prints a message for the user on stderr. */
  note(text: string): void;
  warn(text: string): void;
  /** Shows progress on stderr, until {@link Progress.stop}. */
  progress(): Progress;
}

export interface OutputStreams {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/**
 * @param open  opens the progress display; a parameter, so that commands without progress need not
 *              load it
 */
export function createOutput(
  json: boolean,
  open: typeof openProgress,
  { stdout, stderr }: OutputStreams = process,
): Output {
  let progress: Progress | undefined;
  const noteColours = pc.createColors(showsColours(stderr));
  const note = (text: string) => {
    const shown = forTerminal(text, showsColours(stderr));
    if (progress === undefined || !progress.note(shown)) stderr.write(`${shown}\n`);
  };
  return {
    json,
    colours: pc.createColors(showsColours(stdout)),
    noteColours,
    note,
    warn: (text) => note(`${noteColours.yellow("warning:")} ${text}`),
    result(document, text) {
      const shown = json
        ? printable(JSON.stringify(document, spelledOut))
        : forTerminal(text, showsColours(stdout));
      stdout.write(`${shown}\n`);
    },
    progress() {
      const opened = open(stderr, noteColours);
      progress = {
        ...opened,
        update: ({ label, details = [], ...stage }) =>
          opened.update({
            ...stage,
            label: printable(label),
            details: details.map((d) => printable(d)),
          }),
        stop() {
          progress = undefined;
          opened.stop();
        },
      };
      return progress;
    },
  };
}

/** JSON has no infinities: writes them as strings, so that none looks like a missing number. */
function spelledOut(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
