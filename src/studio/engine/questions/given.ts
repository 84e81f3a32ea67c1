import { z } from "zod";
import { givenImages, picturesGiven } from "./pictures-given.js";
import { picturesOf, question } from "./question.js";

/** Images of the data as the model sees them. */
export const given = question({
  can: () => true,
  request: z.strictObject({ images: picturesGiven }),
  async answer(subject, { images }) {
    const source = givenImages(subject, images);
    const { channels, height, width } = subject.model.data;
    const { count } = source;
    const pixelsUnit = new Float32Array(count * channels * height * width);
    await source.read(
      Array.from({ length: count }, (_, at) => at),
      pixelsUnit,
    );
    return picturesOf({ channels, height, width, count, pixelsUnit });
  },
});
