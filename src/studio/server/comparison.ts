import type { Context } from "hono";
import { stream } from "hono/streaming";
import { type ComparisonLine, comparisonRequest } from "../engine/comparison.js";
import { EngineError } from "../engine/engine.js";
import type { Progress } from "../engine/messages.js";
import { encodeWire } from "../engine/wire.js";
import type { SessionHub } from "./session-hub.js";

/**
 * Compares runs and streams lines: how far it is, and then the result. It ends when the page leaves.
 *
 * @throws EngineError when the request is malformed
 */
export function streamComparison(context: Context, hub: SessionHub, request: unknown): Response {
  // Refused before the stream begins, where a status can still say so.
  const parsed = comparisonRequest.safeParse(request);
  if (!parsed.success) throw new EngineError(parsed.error.issues[0].message, "ConfigError");
  return stream(context, async (out) => {
    const stop = new AbortController();
    out.onAbort(() => stop.abort());
    const write = (line: ComparisonLine) => out.write(`${encodeWire(line)}\n`);
    try {
      const onProgress = (progress: Progress) => {
        write({ kind: "progress", progress }).catch(() => stop.abort());
      };
      const result = await hub.compare(parsed.data, { signal: stop.signal, onProgress });
      await write({ kind: "result", result });
    } catch (error) {
      // Anything else is a fault of the server's, which its own handler reports.
      if (!(error instanceof EngineError)) throw error;
      await write({ kind: "refusal", message: error.message, origin: error.origin });
    }
  });
}
