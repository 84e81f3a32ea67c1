import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DataError, UnavailableError } from "../core/errors.js";
import { syncFile } from "../core/open-file.js";
import { fileError } from "./file-error.js";
import { type Fetch, FetchError, type FetchedBody } from "./npm-fetch.js";
import type { OnDataProgress } from "./progress.js";

/** How often to resume a transfer that breaks off after making progress. */
const RESUMES = 5;

/** What to fetch and where to put it. */
export interface Download {
  readonly url: string;
  /** The file to make. The fetched part stays beside it as `.part` until it is complete. */
  readonly file: string;
  /** A longer response is refused, in advance if the server states its length. */
  readonly mostBytes: number;
  readonly fetch: Fetch;
  /** Aborts the transfer; the part that arrived stays. */
  readonly signal?: AbortSignal | undefined;
  /** Describes what is wrong with the complete file; undefined when nothing is. */
  readonly problemWith: (file: string) => Promise<string | undefined>;
  readonly onProgress?: OnDataProgress | undefined;
}

/**
 * Fetches a file. If the server supports it (HTTP Range), a transfer that broke off, now or in an
 * earlier run, resumes where it stopped; if the complete file then has a problem, it is fetched
 * once more. An existing file without a problem is not fetched.
 *
 * @throws UnavailableError when the server cannot be reached or the transfer keeps breaking off
 * @throws DataError when the file has a problem, is too long or cannot be written
 * @throws the signal's reason once it is aborted
 */
export async function download(options: Download): Promise<void> {
  const { file, signal } = options;
  const part = `${file}.part.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    if ((await sizeOf(file)) > 0 && (await options.problemWith(file)) === undefined) return;
    const resumed = await claimPart(file, part);
    try {
      await transferAndVerify(options, part).catch((error) => {
        // The part left behind may have been damaged; a fresh file has no such excuse.
        if (resumed && error instanceof DamagedError) return transferAndVerify(options, part);
        throw error;
      });
      await rename(part, file);
    } catch (error) {
      if ((await sizeOf(part)) > 0) await rename(part, `${file}.part`);
      throw error;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof UnavailableError ? error : fileError(file, error);
  }
}

/** A complete file is damaged. */
class DamagedError extends DataError {}

async function transferAndVerify(options: Download, part: string): Promise<void> {
  try {
    await transfer(options, part);
    const problem = await options.problemWith(part);
    if (problem !== undefined) throw new DamagedError(`${options.url}: ${problem}`);
  } catch (error) {
    if (error instanceof DamagedError) await rm(part, { force: true });
    throw error;
  }
}

/** Takes over the part that another process left, if that process has ended. */
async function claimPart(file: string, mine: string): Promise<boolean> {
  const folder = dirname(file);
  for (const name of await readdir(folder)) {
    const [, owner] = name.split(`${basename(file)}.part`);
    if (!name.startsWith(`${basename(file)}.part`) || owner === undefined) continue;
    if (owner !== "" && isRunning(Number(owner.slice(1)))) continue;
    const claimed = await rename(join(folder, name), mine).then(
      () => true,
      () => false,
    );
    if (claimed) return true;
  }
  return false;
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Completes the file, with as many requests as needed. */
async function transfer(options: Download, part: string): Promise<void> {
  let last: unknown;
  for (let attempt = 0; attempt <= RESUMES; attempt++) {
    const before = await sizeOf(part);
    try {
      const answer = await request(options, part, before);
      if (answer === undefined) return;
      await append(options, answer, part, before);
      return;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof DataError || error instanceof FetchError) throw error;
      last = error;
      if ((await sizeOf(part)) <= before) break;
    }
  }
  const reason = last instanceof Error ? last.message : `${last}`;
  throw new UnavailableError(`the transfer of ${options.url} broke off (${reason})`);
}

/** Requests the rest of the file from `before` on; undefined when there is none. */
async function request(
  { url, fetch }: Download,
  part: string,
  before: number,
): Promise<FetchedBody | undefined> {
  if (before === 0) return fetch(url);
  try {
    return await fetch(url, { range: `bytes=${before}-` });
  } catch (error) {
    if (!(error instanceof FetchError && error.status === 416)) throw error;
    // Nothing follows: either the part is complete, which its check will tell, or it is too long.
    if ((await totalOf(fetch, url)) === before) return undefined;
    await rm(part, { force: true });
    return fetch(url);
  }
}

/** The full length of a URL's content, if the server states it. */
async function totalOf(fetch: Fetch, url: string): Promise<number | undefined> {
  const answer = await fetch(url, { range: "bytes=0-0" });
  for await (const _ of answer.body) break;
  const total = answer.header("content-range")?.split("/")[1] ?? answer.header("content-length");
  return total === undefined ? undefined : Number(total);
}

/** Appends a body to the part, or replaces the part where the server started from the beginning. */
async function append(
  { url, mostBytes, onProgress }: Download,
  answer: FetchedBody,
  part: string,
  before: number,
): Promise<void> {
  const start = Number(/^bytes (\d+)-/.exec(answer.header("content-range") ?? "")?.[1] ?? -1);
  const goesOn = answer.status === 206 && start === before;
  const length = answer.header("content-length");
  let done = goesOn ? before : 0;
  const total = length === undefined ? undefined : done + Number(length);
  if (total !== undefined && total > mostBytes) throw tooLong(url, mostBytes);
  const what = `downloading ${basename(new URL(url).pathname)}`;
  const handle: FileHandle = await open(part, goesOn ? "a" : "w").catch((error) => {
    throw fileError(part, error);
  });
  try {
    for await (const chunk of answer.body) {
      if (done + chunk.length > mostBytes) throw tooLong(url, mostBytes);
      await handle.writeFile(chunk).catch((error) => {
        throw fileError(part, error);
      });
      done += chunk.length;
      onProgress?.({ what, unit: "bytes", done, ...(total !== undefined && { total }) });
    }
    await syncFile(handle);
  } finally {
    await handle.close();
  }
  if (total !== undefined && done < total) throw new Error(`${done} of ${total} bytes arrived`);
}

const tooLong = (url: string, mostBytes: number) =>
  new DamagedError(`${url} sends more than the expected ${mostBytes} bytes`);

const sizeOf = (file: string) =>
  stat(file).then(
    (found) => found.size,
    () => 0,
  );
