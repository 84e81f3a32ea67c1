import type { WorkOptions } from "../core/loaded-model.js";
import type { LoadOptions } from "../data/load-dataset.js";
import type { OnDataProgress } from "../data/progress.js";
import type { Context } from "./action.js";
import { byteSize, integer } from "./format.js";

/** Shows the progress of work on images while `work` runs. */
export async function showWork<T>(
  { output, signal }: Context,
  label: string,
  work: (options: WorkOptions) => Promise<T>,
): Promise<T> {
  const progress = output.progress();
  progress.update({ fraction: 0, label });
  try {
    return await work({
      signal,
      onPreparation: (share) => progress.update({ fraction: share, label: `${label}: preparing` }),
      onProgress(done, total) {
        const details = [`${integer(done)} of ${integer(total)}`];
        progress.update({ fraction: done / total, label, details });
      },
    });
  } finally {
    progress.stop();
  }
}

/** What a reader of data receives besides its progress callback. */
type Reading = Required<Pick<LoadOptions, "onNote" | "signal">>;

/** Shows the progress and notes of fetching and reading data while `work` runs. */
export async function showDataWork<T>(
  { output, signal }: Context,
  work: (onProgress: OnDataProgress, reading: Reading) => Promise<T>,
): Promise<T> {
  let progress: ReturnType<typeof output.progress> | undefined;
  try {
    const onProgress: OnDataProgress = ({ what, unit, done, total }) => {
      progress ??= output.progress();
      const write = unit === "bytes" ? byteSize : integer;
      const details = [total === undefined ? write(done) : `${write(done)} of ${write(total)}`];
      progress.update({ fraction: total === undefined ? 0 : done / total, label: what, details });
    };
    return await work(onProgress, { onNote: output.note, signal });
  } finally {
    progress?.stop();
  }
}
