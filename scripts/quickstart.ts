import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import pc from "picocolors";
import { showsColours } from "../src/cli/terminal.js";

/** A model trained, looked at and scored within about a minute, by the commands that a user types. */
const RUN = "quickstart/vae-digits";
const COMMANDS = [
  `train vae --data digits --binarisation dynamic --epochs 250 --lr 0.002 --out ${RUN} --overwrite`,
  `sample ${RUN} -n 64 --out quickstart/samples.png`,
  `reconstruct ${RUN} --out quickstart/reconstructions.png`,
  `score ${RUN}`,
  `score ${RUN} --samples 200 --top 0`,
];

const { bold, green } = pc.createColors(showsColours(process.stdout));
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** Runs one command line to its end. @returns its exit code */
function run(line: string): Promise<number> {
  console.log(bold(`$ npx figment ${line}`));
  const child = spawn(process.execPath, [main, ...line.split(" ")], { stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

// Ctrl-C is for the command that runs: it ends in good order, and this after it.
process.on("SIGINT", () => {});
const start = performance.now();
for (const line of COMMANDS) {
  const code = await run(line);
  if (code !== 0) process.exit(code);
  console.log();
}
const seconds = ((performance.now() - start) / 1000).toFixed(0);
console.log(
  `${green("done")} in ${seconds} s. Look at quickstart/samples.png and quickstart/reconstructions.png,\n` +
    `then try: npx figment traverse ${RUN}, or npx figment train vae --help`,
);
