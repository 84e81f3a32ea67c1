import { z } from "zod";

const pair = z.tuple([z.int(), z.int()]);
const window = {
  strides: pair,
  padding: z.enum(["valid", "same"]),
  data_format: z.literal("channels_last"),
};
const activation = z.enum(["linear", "relu"]);
const undilated = z.tuple([z.literal(1), z.literal(1)]);

/** A layer: its class, its settings and the layers whose results it takes. */
const layerOf = <C extends string, S extends z.ZodRawShape>(className: C, settings: S) =>
  z.object({
    class_name: z.literal(className),
    name: z.string(),
    config: z.object(settings),
    inbound_nodes: z
      .array(z.array(z.tuple([z.string(), z.literal(0), z.literal(0), z.unknown()])))
      .max(1)
      .transform((calls) => calls.flat().map(([from]) => from)),
  });

/** Layers of TensorFlow.js's layers format that can be converted, with the settings that matter. */
export const Layer = z.discriminatedUnion("class_name", [
  layerOf("InputLayer", { batch_input_shape: z.tuple([z.null(), z.int(), z.int(), z.int()]) }),
  layerOf("Conv2D", {
    ...window,
    activation,
    use_bias: z.literal(false),
    dilation_rate: undilated,
  }),
  layerOf("DepthwiseConv2D", {
    ...window,
    activation,
    use_bias: z.literal(false),
    dilation_rate: undilated,
    depth_multiplier: z.literal(1),
  }),
  layerOf("BatchNormalization", {
    axis: z.union([z.literal(-1), z.literal(3)]),
    epsilon: z.number(),
    center: z.literal(true),
    scale: z.boolean(),
  }),
  layerOf("ZeroPadding2D", {
    padding: z.tuple([pair, pair]),
    data_format: z.literal("channels_last"),
  }),
  layerOf("Activation", { activation }),
  layerOf("ReLU", {
    max_value: z.number().nullable(),
    negative_slope: z.literal(0).optional(),
    threshold: z.literal(0).optional(),
  }),
  layerOf("MaxPooling2D", { ...window, pool_size: pair }),
  layerOf("AveragePooling2D", { ...window, pool_size: pair }),
  layerOf("Concatenate", { axis: z.literal(3) }),
  layerOf("Add", {}),
  layerOf("Flatten", { data_format: z.literal("channels_last") }),
]);
export type Layer = z.output<typeof Layer>;

/** A weight of the manifest, stored as bytes between two numbers. */
const Weight = z.object({
  name: z.string(),
  shape: z.array(z.int().min(1)).max(4),
  dtype: z.literal("float32"),
  quantization: z.object({ dtype: z.literal("uint8"), min: z.number(), scale: z.number() }),
});
export type Weight = z.output<typeof Weight>;

/** A model in the layers format; layers are read when they are converted. */
export const Topology = z.object({
  modelTopology: z.object({
    model_config: z.object({
      class_name: z.literal("Model"),
      config: z.object({ layers: z.array(z.looseObject({ name: z.string() })) }),
    }),
  }),
  weightsManifest: z
    .array(z.object({ paths: z.array(z.string()), weights: z.array(Weight) }))
    .length(1)
    .transform(([group]) => group),
});
export type Topology = z.output<typeof Topology>;
