/**
 * Writes docs/cli.md from the command line's own definitions and docs/models.md from the registry.
 *
 *   npm run docs         writes them
 *   npm run docs:check   fails where they differ from what would be written
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Argument, Command, Option } from "commander";
import { assignmentValue, describeTraining } from "../src/cli/model-help.js";
import { createFullProgram } from "../src/cli/program.js";
import { capabilitiesOf } from "../src/core/capabilities/table.js";
import { describeConfig } from "../src/core/config.js";
import { usesOfMissing } from "../src/core/missing-pixels.js";
import { describeDensity, type ModelDefinition } from "../src/core/model.js";
import { models } from "../src/models/registry.js";

const GENERATED = "<!-- Made by npm run docs from the code: change it there. -->";

/** What no definition says. */
const CONVENTIONS = `\`figment COMMAND --help\` shows the same on a terminal.

**RUN** is a run directory, or \`zoo:NAME\` for a trained run that ships with Figment. Wherever a data set is named, a path is taken too: a folder of images, an IDX file, a \`.npy\` or an \`.amat\`.

**Arrays.** A \`.npy\` holds [N, H, W] or [N, C, H, W] with one or three channels: integers (0 … 255), booleans, or floats in [0, 1]. A float that is \`NaN\` is a missing pixel. Some models can be trained on images with missing pixels or score them ([which](models.md)); all else refuses them before any work, and so does a change of size. Binarisation leaves them missing. What else is read, and how folders say more about their images: [data.md](data.md).

**Output.** Results go to stdout, progress and news to stderr. With \`--json\`, stdout is one JSON document on its last line; after a failure that is \`{"error": {"name", "message"}}\`. On a terminal progress is a bar, elsewhere a plain line every five seconds; colours are shown on terminals only, and never with \`NO_COLOR\`.

**Exit codes.** 0: done. 1: failed. 2: bad usage (an unknown command, option, model, data set or key, a value out of range). 130: ended by Ctrl-C; 143: by a request to end (SIGTERM); 129: by a terminal that was closed.

**Ctrl-C.** \`train\` finishes its step, saves a checkpoint and says how to go on; other commands stop at the next batch and leave no half-written file. A second Ctrl-C ends at once. A closed terminal counts as Ctrl-C; a command that was started without a terminal, as by \`nohup\` or a service, goes on.

**Readers that go.** A command does its work to the end when nobody reads its progress any more (\`train … 2>&1 | head -1\`). A result that cannot be written is a failure (code 1); a reader of stdout that has seen enough is not.

**Files.** A file named by \`--out\` is replaced once the new one is whole on the disk, and its folders are made. A run directory is replaced with \`--overwrite\` only.`;

function cliPage(program: Command): string {
  const commands = program.commands.flatMap((command) =>
    command.commands.length > 0 ? [...command.commands] : [command],
  );
  return page([
    "# The command line",
    GENERATED,
    program.description(),
    CONVENTIONS,
    "Every command takes:",
    optionTable(program.options),
    ...commands.flatMap(commandSection),
  ]);
}

function commandSection(command: Command): string[] {
  const parent = command.parent?.parent === null ? "" : `${command.parent?.name()} `;
  const name = `figment ${parent}${command.name()}`;
  return [
    `## ${name}`,
    `${capitalised(command.description())}.`,
    `\`\`\`\n${`${name} ${command.usage()}`.replaceAll(/\n +/g, "\n")}\n\`\`\``,
    command.registeredArguments.length > 0 ? argumentTable(command.registeredArguments) : "",
    command.options.length > 0 ? optionTable(command.options) : "",
  ];
}

const argumentTable = (args: readonly Argument[]) =>
  table(
    ["argument", "meaning"],
    args.map((argument) => [
      code(argument.required ? `<${argument.name()}>` : `[${argument.name()}]`),
      argument.description,
    ]),
  );

const optionTable = (options: readonly Option[]) =>
  table(
    ["option", "meaning", "default"],
    options.map(({ flags, description, argChoices, defaultValue, negate }) => [
      code(flags),
      argChoices === undefined ? description : `${description}: ${argChoices.join(", ")}`,
      defaultValue === undefined || defaultValue === false || negate
        ? ""
        : code(String(defaultValue)),
    ]),
  );

function modelsPage(): string {
  return page([
    "# Models",
    GENERATED,
    "*Density* says what `figment score` returns: an `exact` negative log-likelihood, an upper `bound` on it, an `estimate` of it, or `none`; for grey levels it may be another. Settings can change it too: every score says what it is.",
    table(
      ["model", "family", "density", "can", "paper"],
      models.map((definition) => [
        `[\`${definition.id}\`](#${definition.id})`,
        definition.family,
        describeDensity(definition),
        capabilitiesOf(definition).join(", "),
        paper(definition),
      ]),
    ),
    missingPixels(),
    ...models.flatMap(modelSection),
  ]);
}

function missingPixels(): string {
  const able = (use: "fit" | "score") =>
    models
      .filter((definition) => usesOfMissing(definition).includes(use))
      .map(({ id }) => code(id))
      .join(", ");
  return `**Missing pixels** (\`NaN\` in a \`.npy\`) are summed or integrated out in the scores of ${able("score")}; ${able("fit")} can be trained on images that lack pixels, without filling anything in.`;
}

function modelSection(definition: ModelDefinition): string[] {
  const { id, title, config } = definition;
  return [
    `## ${id}`,
    `${title}. ${paper(definition)}.`,
    `Training by default: ${describeTraining(definition)}. Settings, each as \`--set key=value\`:`,
    table(
      ["key", "type", "default", "meaning"],
      describeConfig(config).map((key) => [
        code(key.key),
        key.type,
        code(assignmentValue(key.default)),
        key.description,
      ]),
    ),
  ];
}

const paper = ({ source: { authors, title, year, reference } }: ModelDefinition) =>
  `${authors}, *${title}*, ${year}, ${reference}`;

const code = (text: string) => `\`${text}\``;
const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const page = (parts: readonly string[]) => `${parts.filter((part) => part !== "").join("\n\n")}\n`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

const pages = {
  "docs/cli.md": cliPage(await createFullProgram()),
  "docs/models.md": modelsPage(),
};
const checking = process.argv.includes("--check");
mkdirSync("docs", { recursive: true });
for (const [path, text] of Object.entries(pages)) {
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (before === text) continue;
  if (checking) {
    console.error(`${path} is not what the code says; run: npm run docs`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, text);
    console.log(`wrote ${path}`);
  }
}
