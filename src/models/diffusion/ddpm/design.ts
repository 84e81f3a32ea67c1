import type { DataTraits, ImageShape } from "../../../core/batch.js";
import type { CaptionTraits } from "../../../core/text.js";
import { captionsFor } from "../../captioned.js";
import { classesFor } from "../../conditional.js";
import type { DdpmConfig } from "./config.js";

/** What a denoiser is made of. */
export interface Design {
  readonly config: DdpmConfig;
  readonly image: ImageShape;
  /** Number of classes; 0 where the model does not learn them. */
  readonly classes: number;
  /** The captions; undefined where the model does not learn them. */
  readonly captions: CaptionTraits | undefined;
}

/** @throws ConfigError when the images lack what the model is to be conditioned on */
export const designOf = (config: DdpmConfig, data: DataTraits): Design => ({
  config,
  image: data,
  classes: classesFor("ddpm", config, data),
  captions: captionsFor("ddpm", config, data),
});

/** Whether images can be drawn of a condition, and so with guidance. */
export const isConditional = ({ classes, captions }: Design): boolean =>
  classes > 0 || captions !== undefined;
