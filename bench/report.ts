import { accountOf, kinds } from "./account.js";
import type { Comparison, Reached, Result } from "./compare.js";
import { floorMs } from "./floor.js";
import type { Machine } from "./machine.js";
import { fastestOf, PEERS, type Peer, ratiosTo, reached, titles } from "./peer.js";
import type { ContestantName } from "./protocol.js";

export interface Report {
  readonly machine: Machine;
  /** Load average before the run, from other work on the machine. */
  readonly loadBefore: number;
  readonly threads: number;
  readonly date: string;
  readonly quick: boolean;
  readonly comparisons: readonly Comparison[];
}

const NAME_WIDTH = Math.max(...Object.keys(titles).map(({ length }) => length));

/** Formats one comparison for a terminal. */
export function describe(comparison: Comparison, machine: Machine): string {
  const { id, title, nodes, work, results } = comparison;
  const lines = [`${id}: ${title}`];
  for (const name of Object.keys(titles) as ContestantName[]) {
    const result = results[name];
    if (result === undefined) continue;
    if ("cannot" in result) {
      lines.push(`  ${name.padEnd(NAME_WIDTH)} cannot: ${result.cannot}`);
      continue;
    }
    const { step, peakBytes, forwardPerSecond, readyMs } = result;
    const rate = forwardPerSecond === null ? "" : `, forward ${digits(forwardPerSecond)}/s`;
    lines.push(
      `  ${name.padEnd(NAME_WIDTH)} ${digits(step.medianMs).padStart(7)} ms (fastest tenth ${digits(step.fastMs)}, ${step.count} steps)${rate}, peak ${megabytes(peakBytes)} MB, ready in ${Math.round(readyMs)} ms`,
    );
  }
  for (const peer of PEERS) {
    const ratios = ratiosTo(peer, comparison);
    if (ratios === null) continue;
    lines.push(
      `  against ${titles[ratios.counted]}: ${digits(ratios.median)} (fastest tenths ${digits(ratios.fast)})`,
    );
  }
  lines.push(
    `  ${nodes} nodes, ${digits(work.flops / 1e9)} GFLOP, ${digits(work.bytes / 1e6)} MB: floor ${digits(floorMs(work, machine))} ms`,
  );
  return lines.join("\n");
}

/** The tables of docs/benchmarks.md. */
export function markdown({
  machine,
  loadBefore,
  threads,
  date,
  quick,
  comparisons,
}: Report): string {
  const { processor, cores, memoryGB, system, gemmGflops, copyGBs } = machine;
  const kind = quick ? "a quick run (`--quick`: fewer and shorter blocks)" : "a full run";
  const about = `Measured on ${date}, ${kind}: ${processor}, ${cores} cores, ${memoryGB} GB, ${system}; ${threads} threads; load average ${digits(loadBefore)} before the run. A 1024³ product runs at ${digits(gemmGflops)} GFLOP/s, a copy at ${digits(copyGBs)} GB/s.`;
  return [
    about,
    versions(comparisons),
    speed(comparisons, machine),
    size(comparisons),
    accounts(comparisons, machine),
    reasons(comparisons),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** The peers' names, versions and details, as they report them. */
function versions(comparisons: readonly Comparison[]): string {
  const lines = PEERS.flatMap((peer) => {
    const first = comparisons
      .map((comparison) => fastestOf(peer, comparison)?.result)
      .find(Boolean);
    if (first === undefined) return [];
    const detail = first.detail === undefined ? "" : ` (${first.detail})`;
    return [
      `${first.name}${detail}, ${first.threads === 1 ? "1 thread" : `${first.threads} threads`}`,
    ];
  });
  return lines.length === 0 ? "" : `Peers: ${lines.join("; ")}.`;
}

function speed(comparisons: readonly Comparison[], machine: Machine): string {
  const head = [
    "step",
    "Figment ms",
    ...PEERS.flatMap(({ title }) => [`${title} ms`, "ratio"]),
    "floor ms",
  ];
  const rows = comparisons.map((comparison) => [
    `\`${comparison.id}\``,
    time(comparison.results.figment),
    ...PEERS.flatMap((peer) => {
      const ratios = ratiosTo(peer, comparison);
      const text = ratios === null ? "–" : `**${digits(ratios.median)}** (${digits(ratios.fast)})`;
      return [timeOf(peer, comparison), text];
    }),
    digits(floorMs(comparison.work, machine)),
  ]);
  return table(head, rows);
}

function size(comparisons: readonly Comparison[]): string {
  const head = [
    "step",
    "parameters",
    "GFLOP",
    "nodes",
    "compiled in ms",
    "forward, items/s: Figment",
    "PyTorch",
    "peak MB: Figment",
    "PyTorch",
    "of it before the model: Figment",
    "PyTorch",
  ];
  const [pytorch] = PEERS;
  const rows = comparisons.map((comparison) => {
    const { id, nodes, work, results } = comparison;
    const [ours, theirs] = [reached(results.figment), fastestOf(pytorch, comparison)?.result];
    const both = (text: (result: Reached) => string) =>
      [ours, theirs].map((result) => (result === undefined ? "–" : text(result)));
    return [
      `\`${id}\``,
      ours === undefined ? "–" : ours.parameters.toLocaleString("en"),
      digits(work.flops / 1e9),
      nodes.toLocaleString("en"),
      ours === undefined ? "–" : String(Math.round(ours.readyMs)),
      ...both(({ forwardPerSecond }) =>
        forwardPerSecond === null ? "–" : Math.round(forwardPerSecond).toLocaleString("en"),
      ),
      ...both(({ peakBytes }) => megabytes(peakBytes)),
      ...both(({ idleBytes }) => megabytes(idleBytes)),
    ];
  });
  return table(head, rows);
}

/** A table of Figment's time by kind of operator. */
function accounts(comparisons: readonly Comparison[], machine: Machine): string {
  const head = ["step", "profiled ms", ...kinds, "between operators", "floor ms"];
  const rows = comparisons.map(({ id, profile, work }) => {
    const { msOf, betweenMs } = accountOf(profile);
    const share = (ms: number) => `${digits(ms)} (${Math.round((100 * ms) / profile.stepMs)} %)`;
    return [
      `\`${id}\``,
      digits(profile.stepMs),
      ...kinds.map((kind) => share(msOf[kind])),
      share(betweenMs),
      digits(floorMs(work, machine)),
    ];
  });
  return table(head, rows);
}

/** The reasons why peers have no time, each listed once. */
function reasons(comparisons: readonly Comparison[]): string {
  const steps = new Map<string, string[]>();
  for (const { id, results } of comparisons) {
    for (const [name, result] of Object.entries(results)) {
      if (!("cannot" in result)) continue;
      const reason = `${titles[name as ContestantName]} cannot: ${result.cannot}`;
      steps.set(reason, [...(steps.get(reason) ?? []), `\`${id}\``]);
    }
  }
  return [...steps].map(([reason, ids]) => `- ${reason} (${ids.join(", ")})`).join("\n");
}

/** A peer's time, and how it was reached where that is not the usual way. */
function timeOf(peer: Peer, comparison: Comparison): string {
  const fastest = fastestOf(peer, comparison);
  if (fastest === undefined) return time(comparison.results[peer.contestants[0]]);
  const text = time(fastest.result);
  return fastest.contestant === peer.contestants[0]
    ? text
    : `${text}, ${titles[fastest.contestant]}`;
}

function time(result: Result | undefined): string {
  if (result === undefined) return "–";
  if ("cannot" in result) return "cannot";
  return `${digits(result.step.medianMs)} (${digits(result.step.fastMs)})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Formats three significant digits. */
function digits(value: number): string {
  return value >= 100 ? Math.round(value).toString() : Number(value.toPrecision(3)).toString();
}

const megabytes = (bytes: number): string => Math.round(bytes / 1e6).toString();
