import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type Contestant, interleave, type Timing } from "./interleave.js";
import { PeerMissing, startPyTorch } from "./pytorch.js";
import { startFigmentVae } from "./vae-step.js";

interface Comparison {
  readonly id: string;
  readonly title: string;
  /** Largest ratio of our time to the peer's that counts as reached. */
  readonly target: number;
  readonly ours: (threads: number) => Promise<Contestant>;
  readonly peer: (threads: number) => Promise<Contestant>;
}

const COMPARISONS: readonly Comparison[] = [
  {
    id: "vae-step",
    title: "training step, VAE 784-400-20, batch 128, Adam",
    target: 1,
    ours: startFigmentVae,
    peer: (threads) => startPyTorch("./vae_step_torch.py", threads),
  },
];

interface Outcome {
  readonly id: string;
  readonly title: string;
  readonly threads: number;
  readonly timings: readonly Timing[];
  /** Our median over the peer's; `null` where the peer is missing. */
  readonly ratio: number | null;
  /** The same of the fastest tenths, which hold where other work disturbs the medians. */
  readonly fastRatio: number | null;
  readonly target: number;
  readonly skipped?: string;
}

async function compare(comparison: Comparison, threads: number): Promise<Outcome> {
  const { id, title, target } = comparison;
  const ours = await comparison.ours(threads);
  const contestants = [ours];
  let skipped: string | undefined;
  try {
    contestants.push(await comparison.peer(threads));
  } catch (error) {
    if (!(error instanceof PeerMissing)) throw error;
    skipped = error.message;
  }
  const timings = await interleave(contestants, { blocks: 12, stepsPerBlock: 25, warmUp: 25 });
  for (const contestant of contestants) await contestant.close();
  const [mine, theirs] = timings;
  const ratio = theirs === undefined ? null : mine.medianMs / theirs.medianMs;
  const fastRatio = theirs === undefined ? null : mine.fastMs / theirs.fastMs;
  return { id, title, threads, timings, ratio, fastRatio, target, ...(skipped && { skipped }) };
}

function report({ title, threads, timings, ratio, fastRatio, target, skipped }: Outcome): string {
  const rows = timings.map(
    ({ name, medianMs, fastMs }) =>
      `  ${name.padEnd(34)} ${medianMs.toFixed(2).padStart(8)} ms (fastest tenth ${fastMs.toFixed(2)})`,
  );
  const verdict =
    ratio === null || fastRatio === null
      ? `  no ratio: ${skipped}`
      : `  ratio ${ratio.toFixed(2)} (fastest tenth ${fastRatio.toFixed(2)}), target ≤ ${target.toFixed(2)}: ${ratio <= target ? "reached" : "missed"}`;
  return [`${title}, ${threads} threads`, ...rows, verdict].join("\n");
}

const { values } = parseArgs({
  options: { threads: { type: "string" }, json: { type: "boolean", default: false } },
});
const threads = Number(values.threads ?? availableParallelism());
const outcomes: Outcome[] = [];
for (const comparison of COMPARISONS) {
  const outcome = await compare(comparison, threads);
  outcomes.push(outcome);
  process.stderr.write(`${report(outcome)}\n`);
}
if (values.json) process.stdout.write(`${JSON.stringify({ outcomes })}\n`);
