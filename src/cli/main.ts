#!/usr/bin/env node
import { CommanderError } from "commander";
import pc from "picocolors";
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
  if (message !== "" && exitCode !== 0) {
    const { red, dim } = pc.createColors(showsColours(process.stderr));
    const label = thrown instanceof Interrupted ? "" : `${red("error:")} `;
    process.stderr.write(`${label}${message}\n`);
    if (thrown instanceof CommanderError) process.stderr.write(`See: ${helpFor(argv)}\n`);
    if (flag("--debug")) process.stderr.write(`${dim(traceOf(thrown))}\n`);
    if (flag("--json")) process.stdout.write(`${JSON.stringify({ error: { name, message } })}\n`);
  }
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
