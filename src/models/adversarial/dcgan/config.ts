import { z } from "zod";
import { countUpTo, width, widths } from "../../../core/config-schema.js";
import { conditional } from "../../conditional.js";
import { imageOutput } from "../game/image-output.js";
import { gameSettings, penaltyNames } from "../game/settings.js";
import { objectiveNames } from "../objectives/index.js";

/** Marks a setting that the recipe decides. */
const RECIPE = "recipe";

export const dcganConfig = z.strictObject({
  recipe: z
    .enum(["modern", "2015"])
    .default("modern")
    .describe("settings that go together: relativistic with R1 and R2, or the paper's own"),
  latent: width.default(64).describe("length of the generator's noise"),
  channels: widths
    .min(1)
    .default([64, 128])
    .describe(
      "channels of the discriminator, which halves the image at each; the generator mirrors them",
    ),
  blocks: countUpTo(8, 0)
    .default(0)
    .describe(
      "residual blocks of both networks at each size below that of the image; 0 for the paper's own networks",
    ),
  upsampling: z
    .enum([RECIPE, "transposed", "resize"])
    .default(RECIPE)
    .describe("transposed convolutions, or enlarging and then convolving"),
  normalisation: z
    .enum([RECIPE, "none", "batch"])
    .default(RECIPE)
    .describe("of both networks, but for the discriminator's first and the generator's last layer"),
  output: imageOutput,
  spectral: z
    .boolean()
    .default(false)
    .describe("divides each weight of the discriminator by its largest singular value"),
  growing: z
    .boolean()
    .default(false)
    .describe(
      "begins with images of sides from 4 to 7 and doubles them on the way, with pixel normalisation and an equalised learning rate",
    ),
  ...gameSettings,
  objective: z
    .enum([RECIPE, ...objectiveNames])
    .default(RECIPE)
    .describe("what the players minimise"),
  penalty: z
    .enum([RECIPE, ...penaltyNames])
    .default(RECIPE)
    .describe(
      "where the discriminator's gradient is penalised: at real images (r1), drawn ones (r2), both, or between them",
    ),
  conditional,
});

export type DcganConfig = z.output<typeof dcganConfig>;
