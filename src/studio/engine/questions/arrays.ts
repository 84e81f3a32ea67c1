import { z } from "zod";

/** Typed arrays of a request. */
export const floats = z.custom<Float32Array>(
  (value) => value instanceof Float32Array,
  "must be a Float32Array",
);
export const bytes = z.custom<Uint8Array>(
  (value) => value instanceof Uint8Array,
  "must be a Uint8Array",
);
