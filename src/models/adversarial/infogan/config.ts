import { z } from "zod";
import { countUpTo, width } from "../../../core/config-schema.js";
import { dcganConfig } from "../dcgan/config.js";

export const infoganConfig = dcganConfig
  .omit({
    conditional: true,
    growing: true,
    projectionSteps: true,
    packing: true,
    minibatchStd: true,
  })
  .extend({
    recipe: dcganConfig.shape.recipe
      .unwrap()
      .default("2015")
      .describe(
        "settings that go together: relativistic with R1 and R2, or those of the DCGAN paper",
      ),
    latent: width.default(62).describe("length of the incompressible noise, beside the codes"),
    categories: countUpTo(256).min(2).default(10).describe("values of the categorical code"),
    continuous: countUpTo(64).default(2).describe("continuous codes, each uniform on [−1, 1]"),
    categoryWeight: z
      .number()
      .positive()
      .default(1)
      .describe("weight of the categorical code's information in both players' losses"),
    continuousWeight: z
      .number()
      .positive()
      .default(0.1)
      .describe("weight of the continuous codes' information"),
    grouping: z
      .number()
      .min(0)
      .default(0)
      .describe(
        "weight of the information that the categories of a real image and of the same one warped share; 0 for the paper's InfoGAN",
      ),
    groupingExtent: z
      .number()
      .positive()
      .max(2)
      .default(1)
      .describe("how far grouping warps an image: 1 for slants of up to 17° and scales of ±15 %"),
    evenness: z
      .number()
      .min(1)
      .default(1)
      .describe(
        "weight of the evenness of grouping's categories beside what they share: λ of the entropies, 1 for the mutual information",
      ),
    overclusters: countUpTo(1024, 0)
      .default(0)
      .describe(
        "categories of a second head that grouping also teaches, several for each kind of image, which helps the first; 0 for none",
      ),
    recogniser: width.default(128).describe("width of the recogniser's hidden layer"),
    generatorRate: z
      .number()
      .positive()
      .default(5)
      .describe("multiplies the learning rate of the generator"),
  });

export type InfoganConfig = z.output<typeof infoganConfig>;
