import { Command } from "commander";
import pc from "picocolors";
import { type CommandEntry, commands } from "./commands/index.js";
import { readManifest } from "./manifest.js";
import { showsColours } from "./terminal.js";

/**
 * Creates the command line. It loads only the commands that the arguments name, so that help is
 * fast.
 *
 * @param argv  arguments after the program's name
 */
export async function createProgram(argv: readonly string[]): Promise<Command> {
  return programOf(commands, ({ name }) => argv.includes(name));
}

/** The whole command line, as the reference documents it. */
export async function createFullProgram(): Promise<Command> {
  return programOf(commands, () => true);
}

async function programOf(
  entries: readonly CommandEntry[],
  isLoaded: (entry: CommandEntry) => boolean,
): Promise<Command> {
  const program = new Command("figment")
    .description("Generative vision models: train, sample, score and export.")
    .version(readManifest().version, "-V, --version", "show the version")
    .option("--json", "print one JSON document on stdout and everything else on stderr")
    .option("--debug", "show where in the code an error occurred")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      // main shows each error, once.
      outputError: () => {},
      getOutHasColors: () => showsColours(process.stdout),
      getErrHasColors: () => showsColours(process.stderr),
    })
    .configureHelp(helpStyle())
    .addHelpText("after", GETTING_STARTED);
  for (const entry of entries) {
    const command = program.command(entry.name).description(entry.summary);
    if (isLoaded(entry)) (await entry.load())(command);
  }
  return program;
}

const GETTING_STARTED = `
Getting started:
  figment train vae --out runs/first      train on the embedded digits, in seconds
  figment sample runs/first --out new.png draw new images
  figment score runs/first                how well the model knows the test images
  figment train vae --help                every setting of a model`;

/** Commander removes colours where the terminal shows none. */
function helpStyle() {
  const colours = pc.createColors(true);
  return {
    showGlobalOptions: true,
    styleTitle: colours.bold,
    styleCommandText: colours.cyan,
    styleSubcommandTerm: colours.cyan,
    styleOptionTerm: colours.cyan,
    styleArgumentTerm: colours.cyan,
  };
}
