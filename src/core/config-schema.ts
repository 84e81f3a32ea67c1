import { z } from "zod";

/** A strict schema whose keys each have a default and a one-line description. */
export type ConfigSchema = z.ZodObject<z.ZodRawShape, z.core.$strict>;

/**
 * A number of things that a model is made of or works through. It has a limit, so that a configuration
 * of unknown origin cannot ask for a model that no machine can hold, nor for work without end.
 */
export const countUpTo = (most: number, least = 1) => z.int().min(least).max(most);

/** A number of units, features, states or components. */
export const width = countUpTo(65_536);

/** Widths of layers that follow each other. */
export const widths = z.array(width).max(100);
