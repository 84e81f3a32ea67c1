import type { SessionInfo } from "../../../engine/engine.js";
import type { Asked } from "../../../engine/questions/index.js";
import { strings } from "../../strings/index.js";

/** What to draw, as the visitor fills it in. */
export interface ConditionTexts {
  /** Empty for each class in turn. */
  readonly class?: string;
  readonly attributes?: Readonly<Record<string, number>>;
  readonly caption?: string;
}

/** What is asked of a model that draws by class, attributes or caption. */
export function conditionOf(
  { conditionedOn }: SessionInfo,
  texts: ConditionTexts,
): NonNullable<Asked<"sample">["condition"]> {
  const { class: chosen = "", attributes, caption = "" } = texts;
  return {
    ...(conditionedOn.includes("class") && chosen !== "" && { class: [chosen] }),
    ...(conditionedOn.includes("attributes") && attributes && { attributes: [attributes] }),
    ...(conditionedOn.includes("caption") && caption !== "" && { caption: [caption] }),
  };
}

interface ConditionsProps {
  readonly info: SessionInfo;
  readonly texts: ConditionTexts;
  onChange(texts: ConditionTexts): void;
}

/** Class, attributes and caption, of those that the model reads. */
export function Conditions({ info, texts, onChange }: ConditionsProps) {
  const { use } = strings.value;
  const { conditionedOn, classes, attributes, vocabulary } = info;
  return (
    <>
      {conditionedOn.includes("class") ? (
        <label class="select">
          <span class="label">{use.class}</span>
          <select
            value={texts.class ?? ""}
            onChange={(event) => onChange({ ...texts, class: event.currentTarget.value })}
          >
            <option value="">{use.everyClass}</option>
            {classes.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      {conditionedOn.includes("caption") ? (
        <label>
          <span class="label">{use.caption}</span>
          <input
            type="text"
            class="caption"
            value={texts.caption ?? ""}
            onChange={(event) => onChange({ ...texts, caption: event.currentTarget.value })}
          />
          <span class="help" lang="en">
            {vocabulary
              .filter((word) => word !== "")
              .slice(0, 60)
              .join(" · ")}
          </span>
        </label>
      ) : null}
      {conditionedOn.includes("attributes") ? (
        <AttributeSliders
          names={attributes}
          values={texts.attributes ?? {}}
          onChange={(values) => onChange({ ...texts, attributes: values })}
        />
      ) : null}
    </>
  );
}

interface AttributeSlidersProps {
  readonly names: readonly string[];
  readonly values: Readonly<Record<string, number>>;
  onChange(values: Readonly<Record<string, number>>): void;
}

/** A slider in [0, 1] for each attribute. */
export function AttributeSliders({ names, values, onChange }: AttributeSlidersProps) {
  return (
    <div class="sliders">
      {names.map((name) => (
        <label key={name}>
          <span class="label">{name}</span> <output>{(values[name] ?? 0).toFixed(1)}</output>
          <input
            type="range"
            min={0}
            max={1}
            step={0.1}
            value={values[name] ?? 0}
            onChange={(event) => onChange({ ...values, [name]: event.currentTarget.valueAsNumber })}
          />
        </label>
      ))}
    </div>
  );
}
