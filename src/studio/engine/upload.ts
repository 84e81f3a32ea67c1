import { z } from "zod";

/** Images that were dropped on the page, which has decoded them, or the weights of a model. */
export const uploadSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("images"),
    name: z.string().min(1).max(200),
    channels: z.union([z.literal(1), z.literal(3)]),
    height: z.int().min(1).max(1024),
    width: z.int().min(1).max(1024),
    /** [N, C, H, W] bytes 0 … 255 */
    pixels: z.instanceof(Uint8Array<ArrayBuffer>),
    /** Grey levels of the pixels, which are then below it; 256 where absent. */
    levels: z.int().min(2).max(256).exactOptional(),
    /** What each image shows, in words. */
    captions: z.array(z.string().min(1).max(1000)).min(1).exactOptional(),
    classes: z
      .strictObject({
        names: z.array(z.string().max(200)).min(1).max(1000),
        values: z.instanceof(Int32Array<ArrayBuffer>),
      })
      .exactOptional(),
  }),
  z.strictObject({
    kind: z.literal("weights"),
    name: z.string().min(1).max(200),
    /** A safetensors file that Figment wrote. */
    bytes: z.instanceof(Uint8Array<ArrayBuffer>),
  }),
]);

export type Upload = z.output<typeof uploadSchema>;
