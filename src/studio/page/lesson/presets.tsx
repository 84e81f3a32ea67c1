import { local, strings } from "../strings/index.js";
import type { Lesson } from "./lesson.js";
import type { Settings } from "./plan.js";

interface PresetsProps {
  readonly lesson: Lesson;
  readonly settings: Settings;
  onChoose(settings: Partial<Settings>): void;
}

/** Settings that work and settings that fail on purpose, each with its reason. */
export function Presets({ lesson, settings, onChoose }: PresetsProps) {
  const words = local(lesson.words);
  const initial = Object.fromEntries(
    Object.entries(lesson.controls).map(([key, control]) => [key, control.initial]),
  );
  return (
    <section aria-labelledby="presets">
      <h2 id="presets">{strings.value.lessons.presets}</h2>
      {Object.entries(lesson.presets).map(([name, { works, settings: changed }]) => {
        const preset = { ...initial, ...changed };
        const chosen = Object.entries(preset).every(([key, value]) => settings[key] === value);
        return (
          <div key={name} class="preset" data-works={works}>
            <button
              type="button"
              aria-pressed={chosen}
              onClick={() => onChoose(preset as Settings)}
            >
              <span aria-hidden="true">{works ? "✓" : "✗"}</span> {words.presets[name].label}
            </button>
            {chosen ? <p class="help">{words.presets[name].why}</p> : null}
          </div>
        );
      })}
    </section>
  );
}
