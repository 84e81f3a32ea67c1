import type { Command } from "commander";
import { startStudio } from "../../studio/server/start.js";
import { act } from "../action.js";
import { collect, wholeNumber } from "../options.js";

interface StudioChoice {
  readonly host: string;
  readonly port: number;
  readonly runs: string;
  readonly name?: readonly string[];
}

export function studio(command: Command): void {
  command
    .option(
      "--host <address>",
      "address to listen on; others than loopback need a token",
      "127.0.0.1",
    )
    .option("--port <n>", "port; 0 for any free one", wholeNumber(0), 4400)
    .option("--runs <dir>", "folder of the runs to show and to make", "runs")
    .option(
      "--name <host>",
      "a name by which browsers call this machine; can be repeated",
      collect,
    );
  act(
    command,
    async ({ output, signal }, { host, port, runs, name = [] }: StudioChoice) => {
      const { url, elsewhere, close } = await startStudio({ host, port, runs, names: name });
      output.result(
        { url, elsewhere },
        [
          `The studio is at ${url}`,
          ...elsewhere.map((other) => `from other machines at ${other}`),
          "Ctrl-C saves every training and ends it.",
        ].join("\n"),
      );
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      await close();
      signal.throwIfAborted();
    },
    "saving the trainings; press Ctrl-C again to exit at once",
  );
}
