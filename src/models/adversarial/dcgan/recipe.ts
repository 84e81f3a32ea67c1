import type { DcganConfig } from "./config.js";

interface Recipe {
  readonly upsampling: "transposed" | "resize";
  readonly normalisation: "none" | "batch";
  readonly objective: "relativistic" | "non-saturating";
  readonly penalty: "r1r2" | "none";
  /** β₁ and β₂ of Adam, where they are not those of the model's definition. */
  readonly betas?: readonly [number, number];
}

/**
 * Settings that were published together.
 *
 * @source modern: Huang et al. 2024, arXiv:2501.05441, in a small convolutional network; 2015:
 *         Radford, Metz & Chintala 2015, arXiv:1511.06434, section 3
 */
const recipes: Readonly<Record<DcganConfig["recipe"], Recipe>> = {
  modern: {
    upsampling: "resize",
    normalisation: "none",
    objective: "relativistic",
    penalty: "r1r2",
  },
  2015: {
    upsampling: "transposed",
    normalisation: "batch",
    objective: "non-saturating",
    penalty: "none",
    betas: [0.5, 0.999],
  },
};

/** A configuration in which the recipe has decided what the user has not. */
export type DcganSettings = Omit<DcganConfig, keyof Recipe> &
  Pick<Recipe, "betas"> & {
    readonly upsampling: Exclude<DcganConfig["upsampling"], "recipe">;
    readonly normalisation: Exclude<DcganConfig["normalisation"], "recipe">;
    readonly objective: Exclude<DcganConfig["objective"], "recipe">;
    readonly penalty: Exclude<DcganConfig["penalty"], "recipe">;
  };

export function settingsOf(config: DcganConfig): DcganSettings {
  const recipe = recipes[config.recipe];
  const { upsampling, normalisation, objective, penalty } = config;
  return {
    ...config,
    upsampling: upsampling === "recipe" ? recipe.upsampling : upsampling,
    normalisation: normalisation === "recipe" ? recipe.normalisation : normalisation,
    objective: objective === "recipe" ? recipe.objective : objective,
    penalty: penalty === "recipe" ? recipe.penalty : penalty,
    ...(recipe.betas && { betas: recipe.betas }),
  };
}
