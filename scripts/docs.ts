/**
 * Generates docs/cli.md from the command line's definitions, docs/models.md from the registry,
 * docs/results.md from docs/results.json and docs/api.md from the docstrings of the public entry.
 *
 *   npm run docs         writes the pages
 *   npm run docs:check   fails if the pages are out of date
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
import { apiPage } from "./api-page.js";
import { readResults } from "./results/document.js";
import { resultsPage } from "./results/page.js";
import { table } from "./table.js";

const GENERATED = "<!-- Generated from the code by npm run docs. Do not edit. -->";

/** Conventions that no single definition contains. */
const CONVENTIONS = `\`figment COMMAND --help\` shows the same on a terminal.

**RUN** is a run directory, or \`zoo:NAME\` for a trained run that ships with Figment. Wherever a data set is expected, a path works as well: a folder of images, an IDX file, a \`.npy\` or an \`.amat\`.

**Arrays.** A \`.npy\` holds [N, H, W] or [N, C, H, W] with one or three channels: integers (0 … 255), booleans, or floats in [0, 1]. A \`NaN\` is a missing pixel. Some models can be trained on images with missing pixels or score them ([which](models.md)). Everything else, resizing included, refuses such images before it does any work. Binarisation keeps missing pixels missing. [data.md](data.md) says what else can be read, and how a folder says more about its images.

**Output.** Results go to stdout, progress and messages to stderr. With \`--json\`, the last line of stdout is one JSON document; after a failure it is \`{"error": {"name", "message"}}\`. On a terminal, progress is a bar; elsewhere it is a plain line every five seconds. Colours appear only on terminals, and never if \`NO_COLOR\` is set.

**Exit codes.** 0: success. 1: failure. 2: wrong usage (an unknown command, option, model, data set or key, or a value out of range). 130: interrupted by Ctrl-C. 143: terminated by SIGTERM. 129: the terminal was closed.

**Ctrl-C.** \`train\` finishes its step, saves a checkpoint and says how to resume. Other commands stop at the next batch and leave no half-written file. A second Ctrl-C exits at once. Closing the terminal counts as Ctrl-C.

**Readers that leave.** A command finishes its work when nobody reads its progress any more (\`train … 2>&1 | head -1\`). A result that cannot be written is a failure (code 1); a reader of stdout that has seen enough is not.

**Files.** \`--out\` replaces an existing file once the new one is whole on the disk, and creates missing folders. A run directory is only replaced with \`--overwrite\`.`;

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
    "*Density* is what `figment score` returns: an `exact` negative log-likelihood, an upper `bound` on it, an `estimate` of it, or `none`. It may differ for grey levels, and with other settings; every score states its kind.",
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
  return `**Missing pixels** (\`NaN\` in a \`.npy\`) are summed or integrated out in the scores of ${able("score")}. ${able("fit")} can be trained on images with missing pixels, without filling them in.`;
}

function modelSection(definition: ModelDefinition): string[] {
  const { id, title, config } = definition;
  return [
    `## ${id}`,
    `${title}. ${paper(definition)}.`,
    `Default training: ${describeTraining(definition)}. Settings, given as \`--set key=value\`:`,
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

const pages = {
  "docs/cli.md": cliPage(await createFullProgram()),
  "docs/models.md": modelsPage(),
  "docs/results.md": resultsPage(readResults()),
  "docs/api.md": `${GENERATED}\n\n${await apiPage()}`,
};
const checking = process.argv.includes("--check");
mkdirSync("docs", { recursive: true });
for (const [path, text] of Object.entries(pages)) {
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (before === text) continue;
  if (checking) {
    console.error(`${path} is out of date; run: npm run docs`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, text);
    console.log(`wrote ${path}`);
  }
}
