import { readdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileProblem, makeDirectory } from "../core/atomic-file.js";
import { type AppendFile, openAppend } from "./append-file.js";
import { type Clock, systemClock } from "./clock.js";
import { type EventContent, encodeEvent, type PngImage } from "./tensorboard-format.js";

const EVENT_FILE = /^events\.out\.tfevents\.(\d+)\./;

/** An event file that TensorBoard reads while it grows. */
export interface EventWriter {
  readonly path: string;
  /** @param values  values by tag; the part before a slash groups charts: `train/loss` */
  scalars(step: number, values: Readonly<Record<string, number>>): Promise<void>;
  image(step: number, tag: string, image: PngImage): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts an event file in a directory, beside those of earlier sessions of the run.
 *
 * @param resumedAt  the step that training resumes from, 0 for a new run. TensorBoard discards
 *                   later steps in earlier files, because training repeats them.
 * @throws RunError when it cannot be written
 */
export async function openEventWriter(
  directory: string,
  { resumedAt = 0, clock = systemClock }: { resumedAt?: number | undefined; clock?: Clock } = {},
): Promise<EventWriter> {
  const { path, file, follows } = await newFile(directory, Math.floor(clock.wallSeconds()));
  const write = (step: number, content: EventContent) =>
    file.append(encodeEvent({ wallSeconds: clock.wallSeconds(), step, content }));
  await write(0, { kind: "version" });
  if (follows) await write(resumedAt + 1, { kind: "restart" });
  return {
    path,
    scalars: (step, values) => write(step, { kind: "scalars", values }),
    image: (step, tag, image) => write(step, { kind: "image", tag, image }),
    close: () => file.close(),
  };
}

/** TensorBoard reads files in the order of their names, so the names must follow time. */
async function newFile(
  directory: string,
  now: number,
): Promise<{ path: string; file: AppendFile; follows: boolean }> {
  try {
    await makeDirectory(directory);
    const earlier = (await readdir(directory)).flatMap((name) => {
      const time = EVENT_FILE.exec(name)?.[1];
      return time === undefined ? [] : [Number(time)];
    });
    const seconds = Math.max(now, ...earlier.map((time) => time + 1));
    const path = join(directory, `events.out.tfevents.${seconds}.${hostname()}`);
    return { path, file: await openAppend(path, "begin"), follows: earlier.length > 0 };
  } catch (error) {
    throw fileProblem(error, `cannot write events to ${directory}`);
  }
}
