import { z } from "zod";
import { codeOf, fileProblem, writeFileAtomic } from "../core/atomic-file.js";
import { RunError } from "../core/errors.js";
import { truncateFile } from "../core/open-file.js";
import { openAppend } from "./append-file.js";
import { openRunFile, readRunFile } from "./run-file.js";

/**
 * Measurements at a step.
 *
 * A line holds no time and no speed: the lines of a run depend only on its configuration and seed,
 * so a run that was interrupted and resumed has the same file as one that was not. `run.json`
 * records the duration; the screen and TensorBoard show the speed.
 */
export interface MetricsLine {
  /** Training steps done. */
  readonly step: number;
  /** Passes over the training data done. */
  readonly epoch: number;
  /** The images measured: `train`, `validation`, … */
  readonly split: string;
  readonly metrics: Readonly<Record<string, number>>;
}

/** JSON has no such numbers; the log writes these strings. */
const NOT_FINITE = ["NaN", "Infinity", "-Infinity"] as const;

const valueSchema = z.union([z.number(), z.enum(NOT_FINITE).transform(Number)]);

/** Parses entries one by one, because zod's record would drop a metric named `__proto__`. */
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

/** An open `metrics.jsonl`. Only the holder of the run's lock may use it. */
export interface MetricsLog {
  /** @throws RunError when it cannot be written; earlier lines are untouched */
  append(line: MetricsLine): Promise<void>;
  /**
   * Makes the lines survive a power cut. Call it before writing the checkpoint of the same step.
   */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the log for appending, and drops a last line that a crash cut off. */
export async function openMetricsLog(path: string): Promise<MetricsLog> {
  const text = await readLog(path);
  const whole = text.lastIndexOf("\n") + 1;
  if (whole < text.length) {
    const file = await openRunFile(path, "change");
    try {
      await truncateFile(file, Buffer.byteLength(text.slice(0, whole)));
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
 * Reads the lines of a log; none where there is no file. It skips a last line that a crash cut off.
 *
 * @throws RunError naming the damaged line
 */
export async function readMetrics(path: string): Promise<MetricsLine[]> {
  return wholeLines(await readLog(path)).map((line, i) => {
    const parsed = decodeLine(line);
    if (parsed === undefined) throw new RunError(`${path}: line ${i + 1} is damaged`);
    return parsed;
  });
}

/**
 * Drops the lines after a step, so that training can resume from its checkpoint.
 *
 * @returns how many lines were dropped, damaged ones included
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

/** Lines that end with a line break; a line that was cut off does not. */
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
