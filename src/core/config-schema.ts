import type { z } from "zod";

/** A strict schema whose keys each have a default and a one-line description. */
export type ConfigSchema = z.ZodObject<z.ZodRawShape, z.core.$strict>;
