/** What is used of two packages of npm that come without types. */

declare module "@npmcli/config" {
  export default class Config {
    constructor(options: {
      definitions: unknown;
      shorthands: unknown;
      flatten: unknown;
      npmPath: string;
      argv: readonly string[];
      env: Record<string, string | undefined>;
      cwd: string;
    });
    load(): Promise<void>;
    /** Every setting in the form that npm's own packages take as options. */
    readonly flat: Readonly<Record<string, unknown>>;
  }
}

declare module "@npmcli/config/lib/definitions/index.js" {
  const all: { definitions: unknown; shorthands: unknown; flatten: unknown };
  export default all;
}

declare module "npm-registry-fetch" {
  interface Response {
    readonly status: number;
    readonly headers: { get(name: string): string | null };
    readonly body: AsyncIterable<Uint8Array>;
    json(): Promise<unknown>;
  }
  /** Rejects with an error that has `code` when the server cannot be reached or answers 4xx or 5xx. */
  export default function registryFetch(
    url: string,
    options: Readonly<Record<string, unknown>>,
  ): Promise<Response>;
}
