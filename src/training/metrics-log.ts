import { z } from "zod";
import { codeOf, fileProblem, writeFileAtomic } from "../core/atomic-file.js";
import { RunError } from "../core/errors.js";
import { openAppend } from "./append-file.js";
import { openRunFile, readRunFile } from "./run-file.js";

/**
 * What was measured at a step.
 *
 * There is no time and no speed in it: the lines of a run are a function of its configuration and
 * seed, so that a run which was interrupted and resumed has the very file of one which was not.
 * How long training took stands in `run.json`, and speed is for the screen and TensorBoard.
 */
export interface MetricsLine {
  /** Training steps done. */
  readonly step: number;
  /** Passes over the training data done. */
  readonly epoch: number;
  /** On which images: `train`, `validation`, … */
  readonly split: string;
  readonly metrics: Readonly<Record<string, number>>;
}

/** JSON has no such numbers; they are written as these strings. */
const NOT_FINITE = ["NaN", "Infinity", "-Infinity"] as const;

const valueSchema = z.union([z.number(), z.enum(NOT_FINITE).transform(Number)]);

/** By its entries: a record of zod's would drop a metric named `__proto__`. */
const metricsSchema = z
  .custom<Record<string, unknown>>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  )
  .transform((metrics) => Object.entries(metrics))
  .pipe(z.array(z.tuple([z.string(), valueSchema])))
  .transform((entries): Readonly<Record<string, number>> => Object.fromEntries(entries));

const lineSchema = z.strictObject({
  step: z.int().min(0),
  epoch: z.int().min(0),
  split: z.string(),
  metrics: metricsSchema,
});

/** An open `metrics.jsonl`. Only for the holder of the run's lock. */
export interface MetricsLog {
  /** @throws RunError when it cannot be written; the lines before are untouched */
  append(line: MetricsLine): Promise<void>;
  /** Makes the lines outlast a power cut. Call it before the checkpoint of the same step. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the log to go on with it; a last line that a crash tore is dropped. */
export async function openMetricsLog(path: string): Promise<MetricsLog> {
  const text = await readLog(path);
  const whole = text.lastIndexOf("\n") + 1;
  if (whole < text.length) {
    const file = await openRunFile(path, "change");
    try {
      await file.truncate(Buffer.byteLength(text.slice(0, whole)));
    } catch (error) {
      throw fileProblem(error, `cannot write ${path}`);
    } finally {
      await file.close();
    }
  }
  const file = await openAppend(path);
  return { ...file, append: (line) => file.append(Buffer.from(encodeLine(line))) };
}

/**
 * The lines of a log; none where there is no file. A last line that a crash tore is passed over.
 *
 * @throws RunError naming the line that is damaged
 */
export async function readMetrics(path: string): Promise<MetricsLine[]> {
  return wholeLines(await readLog(path)).map((line, i) => {
    const parsed = decodeLine(line);
    if (parsed === undefined) throw new RunError(`${path}: line ${i + 1} is damaged`);
    return parsed;
  });
}

/**
 * Drops what was logged after a step, so that training can go on from its checkpoint.
 *
 * @returns how many lines were dropped, those included that were damaged
 */
export async function truncateAfter(path: string, step: number): Promise<number> {
  const text = await readLog(path);
  const lines = wholeLines(text);
  const kept = lines.filter((line) => (decodeLine(line)?.step ?? Number.POSITIVE_INFINITY) <= step);
  const content = kept.map((line) => `${line}\n`).join("");
  if (content !== text) await writeFileAtomic(path, content);
  return lines.length - kept.length;
}

function encodeLine({ step, epoch, split, metrics }: MetricsLine): string {
  const values = Object.entries(metrics).map(([name, value]) => [
    name,
    Number.isFinite(value) ? value : String(value),
  ]);
  return `${JSON.stringify({ step, epoch, split, metrics: Object.fromEntries(values) })}\n`;
}

function decodeLine(line: string): MetricsLine | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** What ends with a line break; the rest of a torn line does not. */
function wholeLines(text: string): string[] {
  return text.split("\n").slice(0, -1);
}

async function readLog(path: string): Promise<string> {
  try {
    return (await readRunFile(path)).toString("utf8");
  } catch (error) {
    if (error instanceof RunError && codeOf(error.cause) === "ENOENT") return "";
    throw error;
  }
}
