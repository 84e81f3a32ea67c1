/**
 * What is used of a page's globals. The browser's own types would let Node's files use them too.
 */
interface WebWorker {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onmessageerror: ((event: object) => void) | null;
  onerror: ((event: { readonly message?: string; preventDefault(): void }) => void) | null;
  postMessage(message: unknown, moved: ArrayBuffer[]): void;
  terminate(): void;
}

interface WebGpu {
  requestAdapter(): Promise<object | null>;
}

declare global {
  // The very spelling `new Worker(new URL("…", import.meta.url))` is what bundlers look for.
  const Worker: new (
    script: URL,
    options: { readonly type: "module"; readonly name: string },
  ) => WebWorker;
}

/** The page, or the worker, that this code runs in. */
export const scope = globalThis as unknown as Omit<WebWorker, "terminate"> & {
  readonly name?: string;
  readonly location: { readonly href: string };
  readonly crossOriginIsolated?: boolean;
  readonly navigator: { readonly hardwareConcurrency?: number; readonly gpu?: WebGpu };
};
