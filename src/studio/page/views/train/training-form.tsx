import { useState } from "preact/hooks";
import type { Catalogue, FormKey } from "../../../engine/catalogue.js";
import { DropZone } from "../../parts/drop-zone.js";
import { Problem } from "../../parts/problem.js";
import { address, go } from "../../state/address.js";
import { engine } from "../../state/engine.js";
import { problemOf } from "../../state/live.js";
import { startTraining } from "../../state/trainings.js";
import { strings } from "../../strings/index.js";
import { DataField } from "./data-field.js";
import { Field, SettingField } from "./field.js";
import {
  binarisations,
  checkForm,
  FIXED,
  type FormTexts,
  keyOf,
  modelOf,
  trainingKeys,
} from "./form-values.js";
import { ModelField } from "./model-field.js";

/** How long, and how fast: what people change most. */
const FIRST = ["epochs", "steps", "minutes", "batchSize", "learningRate"];

/** The form of a training, made from the model's schema. The address keeps what is filled in. */
export function TrainingForm({ catalogue }: { readonly catalogue: Catalogue }) {
  const { train } = strings.value;
  const { settings: texts, seed } = address.value;
  const [refusal, setRefusal] = useState<string>();
  const [starting, setStarting] = useState(false);
  const [uploaded, setUploaded] = useState<ReadonlyMap<string, string>>(new Map());
  const model = modelOf(catalogue, texts);
  const { spec, problems } = checkForm(catalogue, texts, seed);

  const change = (changed: FormTexts) => {
    const next = Object.entries({ ...texts, ...changed }).filter(([, text]) => text !== "");
    go({ settings: Object.fromEntries(next) }, { replace: true });
    setRefusal(undefined);
  };
  const start = async () => {
    setStarting(true);
    setRefusal(undefined);
    try {
      await startTraining(spec);
    } catch (error) {
      setRefusal(problemOf(error));
    }
    setStarting(false);
  };
  const fields = (group: "config" | "training", keys: readonly FormKey[]) =>
    keys.map((setting) => {
      const name = keyOf(group, setting.key);
      return (
        <SettingField
          key={name}
          setting={setting}
          name={name}
          text={texts[name]}
          problem={problems.get(name)}
          onChange={(text) => change({ [name]: text })}
        />
      );
    });
  const training = trainingKeys(model);
  /** Whether a part of the form has something filled in, or something wrong. */
  const has = (part: string) =>
    Object.keys(texts).some(
      (name) => name.startsWith(part) && !FIRST.includes(name.slice(part.length)),
    );
  return (
    <form
      class="card form"
      onSubmit={(event) => {
        event.preventDefault();
        if (problems.size === 0) start();
      }}
    >
      <ModelField
        catalogue={catalogue}
        model={model}
        onChange={(id) =>
          go({ settings: { ...common(texts), [FIXED.model]: id } }, { replace: true })
        }
      />
      <DataField
        catalogue={catalogue}
        uploaded={uploaded}
        value={texts[FIXED.data] ?? "digits"}
        onChange={(data) => change({ [FIXED.data]: data })}
      />
      <DropZone
        label={train.drop}
        accept="image/*,.npy"
        onUpload={async (upload) => {
          const reference = await engine().upload(upload);
          setUploaded(new Map([...uploaded, [reference, upload.name]]));
          change({ [FIXED.data]: reference });
        }}
      />
      <Field
        name={FIXED.binarise}
        label={train.binarise}
        help={train.binariseHelp}
        problem={undefined}
      >
        {(attributes) => (
          <select
            {...attributes}
            value={texts[FIXED.binarise] ?? "none"}
            onChange={(event) => change({ [FIXED.binarise]: event.currentTarget.value })}
          >
            {binarisations.map((one) => (
              <option key={one} value={one}>
                {train.binarisations[one]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Numbers texts={texts} problems={problems} onChange={change} />
      <fieldset>
        <legend>{train.budget}</legend>
        {fields(
          "training",
          training.filter(({ key }) => FIRST.includes(key)),
        )}
      </fieldset>
      <details open={has("config.")}>
        <summary>{train.settingsOf(model.title)}</summary>
        {fields("config", model.config)}
      </details>
      <details open={has("training.")}>
        <summary>{train.more}</summary>
        {fields(
          "training",
          training.filter(({ key }) => !FIRST.includes(key)),
        )}
      </details>
      {refusal === undefined ? null : <Problem text={refusal} />}
      <button type="submit" class="primary" disabled={starting || problems.size > 0}>
        {starting ? strings.value.loading : train.start}
      </button>
    </form>
  );
}

/** What another model keeps of the form. */
const common = (texts: FormTexts): FormTexts =>
  Object.fromEntries(
    Object.entries(texts).filter(([key]) => Object.values<string>(FIXED).includes(key)),
  );

interface NumbersProps {
  readonly texts: FormTexts;
  readonly problems: ReturnType<typeof checkForm>["problems"];
  onChange(changed: FormTexts): void;
}

/** Seed, size and the share of validation images. */
function Numbers({ texts, problems, onChange }: NumbersProps) {
  const { train, player } = strings.value;
  const text = (key: string, label: string, usual: string, help: string) => (
    <Field name={key} label={label} help={help} problem={problems.get(key)}>
      {(attributes) => (
        <input
          {...attributes}
          type="text"
          inputMode="decimal"
          value={texts[key] ?? ""}
          placeholder={usual}
          onChange={(event) => onChange({ [key]: event.currentTarget.value })}
        />
      )}
    </Field>
  );
  return (
    <div class="numbers">
      <Field name="seed" label={player.seed} help={train.seedHelp} problem={undefined}>
        {(attributes) => (
          <input
            {...attributes}
            type="number"
            min={0}
            step={1}
            value={address.value.seed}
            onChange={(event) => {
              const { valueAsNumber: seed } = event.currentTarget;
              if (Number.isSafeInteger(seed) && seed >= 0) go({ seed }, { replace: true });
            }}
          />
        )}
      </Field>
      {text(FIXED.size, train.size, train.own, train.sizeHelp)}
      {text(FIXED.validation, train.validation, "0.1", train.validationHelp)}
    </div>
  );
}
