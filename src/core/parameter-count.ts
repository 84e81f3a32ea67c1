import type { LoadedModel } from "./loaded-model.js";

/** Numbers that training learns; running statistics are none of them. */
export const parameterCount = ({ variables }: Pick<LoadedModel, "variables">): number =>
  variables
    .list()
    .filter(({ kind }) => kind === "parameter")
    .reduce((sum, { shape }) => sum + shape.reduce((product, dim) => product * dim, 1), 0);
