#!/usr/bin/env node
import { CommanderError } from "commander";
import pc from "picocolors";
import { printable, printableLines } from "../core/printable.js";
import { didYouMean } from "../core/suggest.js";
import { commands } from "./commands/index.js";
import { failureOf } from "./errors.js";
import { Interrupted } from "./interrupt.js";
import { createProgram } from "./program.js";
import { watchStreams } from "./streams.js";
import { showsColours } from "./terminal.js";

const argv = process.argv.slice(2);
const flag = (name: string) => argv.includes(name);

watchStreams();

try {
  const program = await createProgram(argv);
  await program.parseAsync(argv, { from: "user" });
} catch (thrown) {
  const { exitCode, name, message } = failureOf(thrown);
  process.exitCode = exitCode;
  const said = message === "" ? unsaid(argv) : message;
  if (exitCode !== 0 && said !== "") {
    const { red, dim } = pc.createColors(showsColours(process.stderr));
    const label = thrown instanceof Interrupted ? "" : `${red("error:")} `;
    process.stderr.write(`${label}${printableLines(said)}\n`);
    if (thrown instanceof CommanderError) process.stderr.write(`See: ${helpFor(argv)}\n`);
    if (flag("--debug")) process.stderr.write(`${dim(printableLines(traceOf(thrown)))}\n`);
  }
  if (exitCode !== 0 && flag("--json")) {
    const error = { name, message: said === "" ? "no command is named" : said };
    process.stdout.write(`${printable(JSON.stringify({ error }))}\n`);
  }
}

/** What is wrong with arguments that Commander answers with its help alone. */
function unsaid(args: readonly string[]): string {
  const [first, second] = args.filter((arg) => !arg.startsWith("-"));
  if (first !== "help" || second === undefined) return "";
  const names = commands.map((command) => command.name);
  return `there is no command "${second}"${didYouMean(second, names)}`;
}

/** The help for the command that the arguments name. */
function helpFor(args: readonly string[]): string {
  const named = commands.find(({ name }) => name === args.find((arg) => !arg.startsWith("-")));
  return ["figment", ...(named === undefined ? [] : [named.name]), "--help"].join(" ");
}

function traceOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause === undefined ? "" : `\ncaused by: ${traceOf(thrown.cause)}`;
  return `${thrown.stack}${cause}`;
}
