import pc from "picocolors";
import { printable } from "../core/printable.js";
import type { openProgress, Progress } from "./progress.js";
import { type Colours, forTerminal, showsColours } from "./terminal.js";

/** What a command says, and where: results on stdout, news on the way on stderr. */
export interface Output {
  readonly json: boolean;
  /** For text that {@link Output.result} prints. */
  readonly colours: Colours;
  /** For text that {@link Output.note} prints. */
  readonly noteColours: Colours;
  /** Ends the command: the document with `--json`, else the text. */
  result(document: unknown, text: string): void;
  /** News for a person, on stderr. */
  note(text: string): void;
  warn(text: string): void;
  /** Shows how far work has come, on stderr, until {@link Progress.stop}. */
  progress(): Progress;
}

export interface OutputStreams {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/**
 * @param open  shows progress; handed in, so that what shows none does not load it
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

/** JSON has no infinities: they are written as words, so that none is taken for a missing number. */
function spelledOut(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
