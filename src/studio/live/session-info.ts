import type { LoadedModel } from "../../core/loaded-model.js";
import { parameterCount } from "../../core/parameter-count.js";
import type { SessionInfo } from "../engine/engine.js";
import { type QuestionName, questions } from "../engine/questions/index.js";

/** What the page needs to know of a model to show it. */
export function sessionInfo(
  model: LoadedModel,
  { id, data, notes }: Pick<SessionInfo, "id" | "data" | "notes">,
): SessionInfo {
  const { channels, height, width, levels, annotations } = model.data;
  const names = Object.keys(questions) as QuestionName[];
  return {
    id,
    model: model.definition.id,
    data,
    channels,
    height,
    width,
    levels,
    classes: annotations.class?.names ?? [],
    attributes: annotations.attributes?.names ?? [],
    captions: annotations.caption !== undefined,
    conditionedOn: model.model.conditionedOn ?? [],
    questions: names.filter((name) => questions[name].can(model)),
    parameters: parameterCount(model),
    notes,
  };
}
