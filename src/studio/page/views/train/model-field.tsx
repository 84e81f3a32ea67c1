import type { Catalogue, ModelFacts } from "../../../engine/catalogue.js";
import { strings } from "../../strings/index.js";
import { Field } from "./field.js";

interface ModelFieldProps {
  readonly catalogue: Catalogue;
  readonly model: ModelFacts;
  onChange(id: string): void;
}

/** The models by family. Those that need another run are left to the command line. */
export function ModelField({ catalogue, model, onChange }: ModelFieldProps) {
  const { train, families } = strings.value;
  const able = catalogue.models.filter(({ needs }) => needs.length === 0);
  const groups = [...new Set(able.map(({ family }) => family))];
  return (
    <Field name="model" label={train.model} help={model.source} problem={undefined}>
      {(attributes) => (
        <select
          {...attributes}
          value={model.id}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {groups.map((family) => (
            <optgroup key={family} label={families[family as keyof typeof families] ?? family}>
              {able
                .filter((one) => one.family === family)
                .map(({ id, title }) => (
                  <option key={id} value={id}>
                    {id} · {title}
                  </option>
                ))}
            </optgroup>
          ))}
        </select>
      )}
    </Field>
  );
}
