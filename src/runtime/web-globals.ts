/**
 * The used part of a page's globals. TypeScript's DOM types would also allow them in files for Node.
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
  // Bundlers look for exactly this spelling: `new Worker(new URL("…", import.meta.url))`.
  const Worker: new (
    script: URL,
    options: { readonly type: "module"; readonly name: string },
  ) => WebWorker;
}

/** The globals of the page or worker that runs this code. */
export const scope = globalThis as unknown as Omit<WebWorker, "terminate"> & {
  readonly name?: string;
  readonly location: { readonly href: string };
  readonly crossOriginIsolated?: boolean;
  readonly navigator: { readonly hardwareConcurrency?: number; readonly gpu?: WebGpu };
};
