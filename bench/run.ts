import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { type Comparison, compare } from "./compare.js";
import { describeDenoising, timeDenoising } from "./denoising-sampling.js";
import { floorMs } from "./floor.js";
import { faster, measureMachine } from "./machine.js";
import { PEERS, ratiosTo } from "./peer.js";
import { describeProfile, profile } from "./profile.js";
import { DEBIAN_PYTHON } from "./protocol.js";
import { describe, markdown, type Report } from "./report.js";
import { describeSampling, timeSampling } from "./sampling.js";
import { stepNamed, steps } from "./steps/index.js";

const HELP = `npm run bench -- [options]

  --only NAME      steps whose name starts with NAME; may be repeated
  --peers LIST     pytorch,tfjs,jax-js (default: all; "none" for Figment alone)
  --python PATH    the interpreter whose PyTorch is timed, eager and with torch.compile, of which the
                   faster counts (default: ${DEBIAN_PYTHON})
  --threads N      threads of every contestant that has them (default: all cores)
  --quick          fewer and shorter blocks
  --json FILE      write all measurements
  --markdown FILE  write tables between the markers of docs/benchmarks.md; - for the terminal
  --profile NAME   only print time per operator of Figment's step
  --sampling RUN   only time sampling with a cache, such as by zoo:pixelcnn-mnist, against a whole pass
                   for each pixel or symbol
  --denoising RUN  only time sampling by a ddpm in 20 steps, and the host's share of it
  --list           list the steps
`;

const OPERATORS_SHOWN = 20;
const PROFILED_STEPS = 10;
const SAMPLED_IMAGES = 64;
const DENOISING_STEPS = 20;
const [BEGIN, END] = ["<!-- bench: begin -->", "<!-- bench: end -->"];

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    peers: { type: "string" },
    python: { type: "string", default: DEBIAN_PYTHON },
    threads: { type: "string" },
    quick: { type: "boolean", default: false },
    json: { type: "string" },
    markdown: { type: "string" },
    profile: { type: "string" },
    sampling: { type: "string" },
    denoising: { type: "string" },
    list: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const threads = Number(values.threads ?? availableParallelism());

if (values.help) process.stdout.write(HELP);
else if (values.list) {
  const width = 2 + Math.max(...steps.map(({ id }) => id.length));
  process.stdout.write(steps.map(({ id, title }) => `${id.padEnd(width)}${title}\n`).join(""));
} else if (values.profile !== undefined) {
  const profiled = await profile(stepNamed(values.profile), threads, PROFILED_STEPS);
  process.stdout.write(`${describeProfile(profiled, OPERATORS_SHOWN)}\n`);
} else if (values.sampling !== undefined) {
  const times = await timeSampling(values.sampling, SAMPLED_IMAGES, threads);
  process.stdout.write(`${describeSampling(times)}\n`);
} else if (values.denoising !== undefined) {
  const work = { images: SAMPLED_IMAGES, steps: DENOISING_STEPS, threads };
  process.stdout.write(`${describeDenoising(await timeDenoising(values.denoising, work))}\n`);
} else await bench();

async function bench(): Promise<void> {
  const chosen = steps.filter(
    ({ id }) => values.only === undefined || values.only.some((name) => id.startsWith(name)),
  );
  const peers = PEERS.filter(({ name }) => values.peers?.split(",").includes(name) ?? true);
  const contestants = peers.flatMap((peer) => peer.contestants);
  const options = { threads, peers: contestants, python: values.python };
  const loadBefore = loadavg()[0];
  let machine = await measureMachine(threads);
  const effort = values.quick
    ? { blocks: 5, blockMs: 1000, patienceMs: 20_000 }
    : { blocks: 11, blockMs: 1500, patienceMs: 180_000 };
  const comparisons: Comparison[] = [];
  for (const step of chosen) {
    const comparison = await compare(step, { ...options, ...effort }).catch(failed(step.id));
    if (comparison === undefined) continue;
    machine = faster(machine, await measureMachine(threads));
    process.stderr.write(`${describe(comparison, machine)}\n`);
    comparisons.push(comparison);
  }
  const date = new Date().toISOString().slice(0, 10);
  const report: Report = { machine, loadBefore, threads, date, quick: values.quick, comparisons };
  if (values.markdown === "-") process.stdout.write(`${markdown(report)}\n`);
  else if (values.markdown !== undefined) insert(values.markdown, markdown(report));
  if (values.json !== undefined) {
    const withRatios = comparisons.map((comparison) => ({
      ...comparison,
      work: {
        flops: comparison.work.flops,
        bytes: comparison.work.bytes,
        floorMs: floorMs(comparison.work, machine),
      },
      ratios: Object.fromEntries(peers.map((peer) => [peer.name, ratiosTo(peer, comparison)])),
    }));
    writeFileSync(values.json, JSON.stringify({ ...report, comparisons: withRatios }, null, 2));
  }
}

/** Reports a step that fails, so that the others still run. */
function failed(id: string): (error: unknown) => undefined {
  return (error) => {
    process.stderr.write(`${id}: ${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 1;
  };
}

/** Replaces the text between the markers of a file. */
function insert(file: string, text: string): void {
  const [before, rest] = readFileSync(file, "utf8").split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`${file} lacks the markers ${BEGIN} … ${END}`);
  writeFileSync(file, `${before}${BEGIN}\n\n${text}\n\n${END}${after}`);
}
