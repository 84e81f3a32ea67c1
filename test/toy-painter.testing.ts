import { z } from "zod";
import { defineModel, type ModelDefinition } from "../src/core/index.js";
import { decodeCaption } from "../src/core/text.js";
import { readImages } from "../src/data/image-set.js";
import { loadDataset } from "../src/data/index.js";
import { toyAnnotated } from "./contract/toy-annotated.testing.js";

const PIXELS = 3 * 32 * 32;
const GALLERY = 2_000;

const config = z.strictObject({
  ignores: z
    .enum(["nothing", "stroke"])
    .default("nothing")
    .describe("what it does not do as asked"),
});

/** Images of the test split of scenes-digits by their captions. */
async function gallery(): Promise<Map<string, Float32Array>> {
  const set = await loadDataset("scenes-digits", { split: "test" });
  const { values, length, vocabulary } = set.annotations!.caption!;
  const { pixelsUnit } = await readImages(
    set,
    Array.from({ length: GALLERY }, (_, image) => image),
  );
  return new Map(
    Array.from({ length: GALLERY }, (_, at) => [
      decodeCaption(values.subarray(at * length, (at + 1) * length), { vocabulary }),
      pixelsUnit.subarray(at * PIXELS, (at + 1) * PIXELS),
    ]),
  );
}

/** Paints what a caption asks by showing a real image of that caption; nothing where it has none. */
export const toyPainter: ModelDefinition = defineModel({
  ...toyAnnotated,
  id: "toy-painter",
  title: "Toy painter",
  density: "none",
  config,
  build({ ignores }, data) {
    const { vocabulary = [], length = 0 } = data.annotations.caption ?? {};
    return {
      ...toyAnnotated.build({ reads: "caption", driven: false }, data),
      capabilities: {
        sample: {
          options: z.strictObject({}),
          async drive(_, { size, annotations }) {
            const pictures = await gallery();
            const pixelsUnit = new Float32Array(size * PIXELS);
            for (let image = 0; image < size; image++) {
              const tokens = annotations.caption!.subarray(image * length, (image + 1) * length);
              const caption = decodeCaption(tokens, { vocabulary });
              const asked = ignores === "stroke" ? caption.replace("thick", "thin") : caption;
              const picture = pictures.get(asked);
              if (picture !== undefined) pixelsUnit.set(picture, image * PIXELS);
            }
            return pixelsUnit;
          },
        },
      },
    };
  },
});
