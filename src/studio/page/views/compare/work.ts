import type { Progress } from "../../../engine/messages.js";

/** Work that goes on, part after part. */
export interface Work {
  readonly progress: Progress;
  /** When this part was first heard of, in milliseconds, and how far it was then. */
  readonly since: number;
  readonly from: number;
  /** Until this part is done, at its pace so far; undefined while there is none to go by. */
  readonly secondsLeft: number | undefined;
}

const NOTHING: Progress = { label: "", done: 0, total: 1 };

export const BEGUN: Work = { progress: NOTHING, since: 0, from: 0, secondsLeft: undefined };

/** The same work after it has told how far it is. @param now  in milliseconds */
export function workAfter(before: Work = BEGUN, progress: Progress, now: number): Work {
  const { label, done, total } = progress;
  const same = before.progress.label === label && done >= before.from;
  const since = same ? before.since : now;
  const from = same ? before.from : done;
  const left =
    done > from && now > since ? ((now - since) / (done - from)) * (total - done) : undefined;
  const secondsLeft = left === undefined ? undefined : Math.ceil(left / 1000);
  return { progress, since, from, secondsLeft };
}
