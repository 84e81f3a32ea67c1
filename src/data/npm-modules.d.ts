/** Types for the parts that Figment uses of three npm packages without types. */

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
    /** Every setting, in the form of options for npm's own packages. */
    readonly flat: Readonly<Record<string, unknown>>;
  }
}

declare module "@npmcli/config/lib/definitions/index.js" {
  const all: { definitions: unknown; shorthands: unknown; flatten: unknown };
  export default all;
}

declare module "npm-registry-fetch" {
  /** Credentials in npm's settings for a URL; none for another host or port. */
  function getAuth(
    url: string,
    settings: Readonly<Record<string, unknown>>,
  ): {
    readonly token: string | null;
    readonly auth: string | null;
    readonly cert: string | null;
    readonly key: string | null;
  };
  const registryFetch: { readonly getAuth: typeof getAuth };
  export default registryFetch;
}

declare module "make-fetch-happen" {
  interface Response {
    readonly status: number;
    readonly headers: { get(name: string): string | null };
    readonly body: AsyncIterable<Uint8Array>;
  }
  /** Rejects with an error with `code` when the server cannot be reached. */
  export default function makeFetchHappen(
    url: string,
    options: Readonly<Record<string, unknown>>,
  ): Promise<Response>;
}
