import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import pc from "picocolors";
import { showsColours } from "../src/cli/terminal.js";

/** Trains, shows and scores a model within about a minute, with the commands that a user would type. */
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

/** Runs a command line. @returns its exit code */
function run(line: string): Promise<number> {
  console.log(bold(`$ npx figment ${line}`));
  const child = spawn(process.execPath, [main, ...line.split(" ")], { stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

// Leave Ctrl-C to the running command, which exits cleanly; this script exits after it.
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
