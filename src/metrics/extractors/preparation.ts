import { z } from "zod";
import type { ImageShape } from "../../core/batch.js";
import { resizeFilters } from "../../data/resize.js";

const side = z.int().min(1).max(4096);
const perChannel = (least: number) => {
  const one = z.number().min(least);
  return z.union([one, z.array(one).min(1).max(3)]);
};

/** What a network expects of its images, as declared beside its file. */
export const Preparation = z.strictObject({
  size: z
    .union([side, z.tuple([side, side])])
    .optional()
    .describe("side, or [height, width], that images are resized to; by default the file's own"),
  filter: z.enum(resizeFilters).default("triangle").describe("filter to resize by, antialiased"),
  rounded: z
    .boolean()
    .default(true)
    .describe("whether resized pixels are rounded to 256 levels, as image files are"),
  range: z
    .tuple([z.number(), z.number()])
    .default([0, 1])
    .describe("what black and full intensity become, such as [-1, 1] or [0, 255]"),
  mean: perChannel(-1e6).default(0).describe("then taken off, in all channels or in each"),
  sd: perChannel(1e-6).default(1).describe("then divided by, in all channels or in each"),
  channels: z.enum(["grey", "RGB", "BGR"]).default("RGB").describe("channels, and their order"),
  layout: z.enum(["NCHW", "NHWC"]).default("NCHW").describe("order of the axes"),
  input: z.string().min(1).optional().describe("name of the input, where there are several"),
  output: z.string().min(1).optional().describe("name of the output, where there are several"),
  features: z
    .int()
    .min(1)
    .max(65_536)
    .optional()
    .describe("numbers per image, where the file does not say"),
  distance: z
    .string()
    .min(1)
    .max(40)
    .optional()
    .describe("what the Fréchet distance is called, such as FID"),
});
export type Preparation = z.output<typeof Preparation>;

/** Number of channels of prepared images. */
export const channelsOf = ({ channels }: Pick<Preparation, "channels">) =>
  channels === "grey" ? 1 : 3;

/** What is done to pixels after resizing. */
export type PixelPreparation = Pick<Preparation, "range" | "mean" | "sd" | "channels" | "layout">;

/**
 * Prepares images for a network.
 *
 * @param pixelsUnit  [count, C, H, W] in [0, 1]
 * @returns           [count, C, H, W] or [count, H, W, C]
 */
export function prepared(
  pixelsUnit: Float32Array,
  { channels, height, width }: ImageShape,
  { range: [low, high], mean, sd, channels: order, layout }: PixelPreparation,
): Float32Array {
  const plane = height * width;
  const out = new Float32Array(pixelsUnit.length);
  const [pixelStep, channelStep] = layout === "NCHW" ? [1, plane] : [channels, 1];
  for (let first = 0; first < out.length; first += channels * plane) {
    for (let place = 0; place < channels; place++) {
      const from = order === "BGR" ? channels - 1 - place : place;
      const [shift, scale] = [ofChannel(mean, place), ofChannel(sd, place)];
      for (let pixel = 0; pixel < plane; pixel++) {
        const value = low + (high - low) * pixelsUnit[first + from * plane + pixel];
        out[first + place * channelStep + pixel * pixelStep] = (value - shift) / scale;
      }
    }
  }
  return out;
}

/** The value of a channel, in the network's order. */
const ofChannel = (values: number | readonly number[], channel: number) =>
  typeof values === "number" ? values : values[channel];

/** How pixels are prepared, for results. */
export function describePreparation(preparation: PixelPreparation): string {
  const { range, mean, sd, channels, layout } = preparation;
  const list = (values: number | readonly number[]) =>
    typeof values === "number" ? String(values) : `(${values.join(", ")})`;
  return [
    `${range[0]} to ${range[1]}`,
    ...(mean === 0 && sd === 1 ? [] : [`less ${list(mean)}, over ${list(sd)}`]),
    channels,
    layout,
  ].join(", ");
}
