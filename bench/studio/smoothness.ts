import type { Browser } from "playwright-core";
import { openTab } from "../../test/studio/tab.js";

/** How smoothly a page goes while its lesson trains. */
export interface Smoothness {
  readonly id: string;
  /** Animation frames that the page could have drawn in, a second. */
  readonly framesPerSecond: number;
  /** Of all tasks on the page's thread. */
  readonly longestMs: number;
  readonly over: number;
  /** What the longest task spent most time in. */
  readonly cause: string;
}

/** Tasks from here on can be felt. */
const LONG_MS = 50;
const SECONDS = 6;
/** The training goes on its way before it is looked at. */
const WARM_MS = 3000;
const CATEGORIES = [
  "devtools.timeline",
  "disabled-by-default-devtools.timeline",
  "disabled-by-default-v8.gc",
  "v8",
];

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
  readonly args?: {
    readonly name?: string;
    readonly data?: { readonly functionName?: string; readonly url?: string };
  };
}

export async function smoothnessOf(browser: Browser, url: string, id: string): Promise<Smoothness> {
  const { page } = await openTab(browser, url);
  await page.waitForSelector('.progress:is([data-status="running"], [data-status="finished"])');
  await page.waitForTimeout(WARM_MS);
  await browser.startTracing(page, { categories: CATEGORIES });
  const frames = await page.evaluate(
    `new Promise((resolve) => {
      let frames = 0;
      const end = performance.now() + ${1000 * SECONDS};
      const count = (now) => (now < end ? (frames++, requestAnimationFrame(count)) : resolve(frames));
      requestAnimationFrame(count);
    })`,
  );
  const trace = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[];
  };
  await page.context().close();
  return { id, framesPerSecond: Number(frames) / SECONDS, ...longestTask(trace.traceEvents) };
}

function longestTask(events: readonly TraceEvent[]) {
  const mains = events.filter(
    ({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain",
  );
  const onMain = (event: TraceEvent) =>
    mains.some(({ pid, tid }) => pid === event.pid && tid === event.tid);
  const timed = events.filter((event) => event.ph === "X" && onMain(event));
  const tasks = timed.filter(({ name }) => name === "RunTask");
  const longest = tasks.reduce<TraceEvent | undefined>(
    (most, task) => ((task.dur ?? 0) > (most?.dur ?? 0) ? task : most),
    undefined,
  );
  return {
    longestMs: (longest?.dur ?? 0) / 1000,
    over: tasks.filter(({ dur = 0 }) => dur > 1000 * LONG_MS).length,
    cause: longest === undefined ? "–" : causeOf(longest, timed),
  };
}

/** The longest event within a task, with the function's name where there is one. */
function causeOf(task: TraceEvent, events: readonly TraceEvent[]): string {
  const within = events.filter(
    (event) =>
      event !== task &&
      event.name !== "RunTask" &&
      event.pid === task.pid &&
      event.tid === task.tid &&
      event.ts >= task.ts &&
      event.ts + (event.dur ?? 0) <= task.ts + (task.dur ?? 0),
  );
  within.sort((a, b) => (b.dur ?? 0) - (a.dur ?? 0));
  return within
    .slice(0, 2)
    .map(({ name, dur = 0, args }) => {
      const what = args?.data?.functionName;
      return `${name}${what ? ` ${what}` : ""} ${(dur / 1000).toFixed(0)} ms`;
    })
    .join(", ");
}
