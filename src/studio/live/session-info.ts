import type { LoadedModel } from "../../core/loaded-model.js";
import { parameterCount } from "../../core/parameter-count.js";
import type { SessionInfo } from "../engine/engine.js";
import { type QuestionName, questions } from "../engine/questions/index.js";
import { samplerForm } from "./forms.js";

/** What the page needs to know of a model to show it. */
export function sessionInfo(
  model: LoadedModel,
  { images, ...named }: Pick<SessionInfo, "id" | "data" | "kept" | "images" | "notes">,
): SessionInfo {
  const { channels, height, width, levels, annotations } = model.data;
  const { translate } = model.model.capabilities;
  const { codeLength = 0, range = 3 } = model.model.capabilities.decode ?? {};
  const names = Object.keys(questions) as QuestionName[];
  return {
    ...named,
    images,
    model: model.definition.id,
    channels,
    height,
    width,
    levels,
    classes: annotations.class?.names ?? [],
    attributes: annotations.attributes?.names ?? [],
    conditionedOn: model.model.conditionedOn ?? [],
    questions: names.filter((name) => questions[name].can(model)),
    parameters: parameterCount(model),
    codes: { length: codeLength, range },
    vocabulary: annotations.caption?.vocabulary ?? [],
    translatesBy:
      translate === undefined ? null : translate.by === "attributes" ? "attributes" : "class",
    sampler: samplerForm(model.model),
  };
}
