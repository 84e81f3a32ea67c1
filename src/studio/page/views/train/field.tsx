import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { FormKey } from "../../../engine/catalogue.js";
import { strings } from "../../strings/index.js";
import { describe } from "../../strings/settings/describe.js";
import type { FieldProblem } from "./parse-field.js";

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly help?: string;
  readonly problem: FieldProblem | undefined;
  children(attributes: FieldAttributes): ComponentChildren;
}

/** What ties an input to its label, its help and its problem. */
export interface FieldAttributes {
  readonly id: string;
  readonly "aria-describedby": string;
  readonly "aria-invalid": boolean;
}

/** A field of a form, with what it means and what is wrong with it. */
export function Field({ name, label, help, problem, children }: FieldProps) {
  const id = useId();
  return (
    <div class="field" data-field={name}>
      <label for={id} class="label">
        {label}
      </label>
      {children({ id, "aria-describedby": `${id}-help`, "aria-invalid": problem !== undefined })}
      <div id={`${id}-help`}>
        {problem === undefined ? null : <p class="wrong">{wordsFor(problem)}</p>}
        {help === undefined ? null : <p class="help">{help}</p>}
      </div>
    </div>
  );
}

function wordsFor(problem: FieldProblem): string {
  const { wants } = strings.value.train;
  return "limit" in problem ? wants[problem.wants](String(problem.limit)) : wants[problem.wants];
}

interface SettingProps {
  readonly setting: FormKey;
  readonly name: string;
  readonly text: string | undefined;
  readonly problem: FieldProblem | undefined;
  onChange(text: string): void;
}

/** A setting of a model's schema. */
export function SettingField({ setting, name, text, problem, onChange }: SettingProps) {
  const { key, kind, choices, description } = setting;
  const usual = textOf(setting.default);
  const change = (event: { readonly currentTarget: { readonly value: string } }) =>
    onChange(event.currentTarget.value);
  return (
    <Field name={name} label={key} help={describe(description)} problem={problem}>
      {(attributes) => {
        if (kind === "choice" || kind === "switch") {
          const values = choices ?? ["true", "false"];
          return (
            <select {...attributes} value={text ?? usual} onChange={change}>
              {values.map((value) => (
                <option key={value} value={value}>
                  {kind === "switch"
                    ? strings.value.train.switch[value as "true" | "false"]
                    : value}
                </option>
              ))}
            </select>
          );
        }
        return (
          <input
            {...attributes}
            type="text"
            inputMode={kind === "number" || kind === "whole" ? "decimal" : "text"}
            value={text ?? ""}
            placeholder={usual}
            onChange={change}
          />
        );
      }}
    </Field>
  );
}

const textOf = (value: unknown): string =>
  value === undefined || value === null
    ? ""
    : Array.isArray(value)
      ? value.join(", ")
      : String(value);
