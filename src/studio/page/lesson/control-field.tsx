import { useId } from "preact/hooks";
import { Select } from "../parts/select.js";
import { formatFigure } from "../strings/index.js";
import type { LessonWords } from "./lesson.js";
import type { Choice, Range, Setting } from "./plan.js";

interface ControlFieldProps {
  readonly control: Range | Choice;
  readonly words: LessonWords<string, string>["controls"][string];
  readonly value: Setting;
  onChange(value: Setting): void;
}

/** A control of a lesson with its explanation. */
export function ControlField({ control, words, value, onChange }: ControlFieldProps) {
  const id = useId();
  if (control.kind === "choice") {
    return (
      <div class="control">
        <Select
          label={words.label}
          value={String(value)}
          options={control.values.map((one) => [one, words.values?.[one] ?? one] as const)}
          onChoose={onChange}
        />
        <p class="help">{words.help}</p>
      </div>
    );
  }
  const { least, most, step } = control;
  return (
    <div class="control">
      <label for={id}>
        <span class="label">{words.label}</span>{" "}
        <output for={id}>{formatFigure(Number(value))}</output>
      </label>
      <input
        id={id}
        type="range"
        min={least}
        max={most}
        step={step}
        value={value}
        onChange={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
      <p class="help">{words.help}</p>
    </div>
  );
}
