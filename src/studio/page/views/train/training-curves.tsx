import { useState } from "preact/hooks";
import { Chart } from "../../parts/chart.js";
import { Select } from "../../parts/select.js";
import type { Curves, Live } from "../../state/live.js";
import { trainings } from "../../state/trainings.js";
import { strings } from "../../strings/index.js";

const NONE = "";

/** A metric of a training over its steps, beside its validation and, if wished, another training's. */
export function TrainingCurves({ live }: { readonly live: Live }) {
  const { train } = strings.value;
  const curves = live.curves.value;
  const names = [...curves.keys()].filter((name) => name.startsWith("train."));
  const [chosen, choose] = useState("train.loss");
  const [other, setOther] = useState(NONE);
  const others = trainings.value.filter((one) => one !== live);
  const compared = others.find(({ session }) => session.info.id === other);
  if (names.length === 0) return null;
  const shown = names.includes(chosen) ? chosen : names[0];
  return (
    <div class="curves">
      <div class="choices">
        <Select
          label={train.metric}
          value={shown}
          options={names.map((name) => [name, name.slice("train.".length)] as const)}
          onChoose={choose}
        />
        {others.length === 0 ? null : (
          <Select
            label={train.compareWith}
            value={other}
            options={[
              [NONE, "–"] as const,
              ...others.map(({ session: { info } }) => [info.id, titleOf(info)] as const),
            ]}
            onChoose={setOther}
          />
        )}
      </div>
      <Chart
        label={shown}
        curves={[
          { label: shown.slice("train.".length), points: curves.get(shown) ?? [] },
          ...validation(curves),
          ...(compared === undefined
            ? []
            : [
                {
                  label: titleOf(compared.session.info),
                  points: compared.curves.value.get(shown) ?? [],
                },
              ]),
        ]}
      />
    </div>
  );
}

const titleOf = ({ model, data, kept }: Live["session"]["info"]) => kept ?? `${model} · ${data}`;

/** The curve of the validation, of which there is one at most. */
function validation(curves: Curves) {
  const { train } = strings.value;
  const found = [...curves].find(([name]) => name.startsWith("validation."));
  if (found === undefined) return [];
  const [name, points] = found;
  return [{ label: train.validationCurve(name.slice("validation.".length)), points }];
}
