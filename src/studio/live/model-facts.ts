import { capabilitiesOf } from "../../core/capabilities/table.js";
import { describeDensity, exampleOf, type ModelDefinition } from "../../core/model.js";
import { DEFAULT_EPOCHS, optionsSchema } from "../../training/options.js";
import type { ModelFacts } from "../engine/catalogue.js";
import { formOf, samplerForm } from "./forms.js";

/** A model as lists and forms show it. */
export function modelFacts(definition: ModelDefinition): ModelFacts {
  const { id, family, title, source, config, training, parts = {} } = definition;
  const { by, ...defaults } = training;
  return {
    id,
    family,
    title,
    source: `${source.authors} ${source.year}, ${source.reference}`,
    density: describeDensity(definition),
    capabilities: capabilitiesOf(definition),
    by,
    config: formOf(config),
    training: formOf(optionsSchema(by), { epochs: DEFAULT_EPOCHS, ...defaults }),
    sampler: samplerForm(exampleOf(definition)),
    needs: Object.entries(parts).flatMap(([name, { optional }]) => (optional ? [] : [name])),
  };
}
