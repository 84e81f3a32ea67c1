import { useState } from "preact/hooks";
import { savePicture } from "../../parts/save-picture.js";
import { isPlanar, Shown } from "../../parts/shown.js";
import { strings } from "../../strings/index.js";
import { SettingField } from "../train/field.js";
import { type FieldProblem, parseField } from "../train/parse-field.js";
import { Conditions, type ConditionTexts, conditionOf } from "./conditions.js";
import { Tool, type ToolOfSession } from "./tool.js";
import { useAnswer } from "./use-answer.js";

/** Draws new images. */
export function SampleTool({ session }: ToolOfSession) {
  const { use, player } = strings.value;
  const { info } = session;
  const { answer, busy, problem, ask } = useAnswer(session, "sample");
  const [seed, setSeed] = useState(0);
  const [count, setCount] = useState(isPlanar(info) ? 256 : 25);
  const [temperature, setTemperature] = useState(1);
  const [condition, setCondition] = useState<ConditionTexts>({});
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const parsed = info.sampler.flatMap((key) => {
    const text = texts[key.key];
    return text === undefined || text === "" ? [] : [[key.key, parseField(key, text)] as const];
  });
  const problems = new Map<string, FieldProblem>();
  const options: Record<string, unknown> = {};
  for (const [key, found] of parsed) {
    if ("problem" in found) problems.set(key, found.problem);
    else options[key] = found.value;
  }
  const draw = (withSeed = seed) =>
    ask({
      count,
      seed: withSeed,
      temperature,
      condition: conditionOf(info, condition),
      options,
    });
  return (
    <Tool title={use.sample.title} help={use.sample.help} problem={problem} busy={busy}>
      <Conditions info={info} texts={condition} onChange={setCondition} />
      <div class="row">
        <label>
          <span class="label">{use.count}</span>
          <input
            type="number"
            min={1}
            max={256}
            value={count}
            onChange={(event) => setCount(within(event.currentTarget.valueAsNumber, 1, 256))}
          />
        </label>
        <label>
          <span class="label">{player.seed}</span>
          <input
            type="number"
            min={0}
            value={seed}
            onChange={(event) => setSeed(within(event.currentTarget.valueAsNumber, 0, 2 ** 31))}
          />
        </label>
        <label class="grow">
          <span class="label">{use.temperature}</span> <output>{temperature.toFixed(2)}</output>
          <input
            type="range"
            min={0}
            max={2}
            step={0.05}
            value={temperature}
            onChange={(event) => setTemperature(event.currentTarget.valueAsNumber)}
          />
        </label>
      </div>
      {info.sampler.length === 0 ? null : (
        <details>
          <summary>{use.sampler}</summary>
          {info.sampler.map((key) => (
            <SettingField
              key={key.key}
              setting={key}
              name={key.key}
              text={texts[key.key]}
              problem={problems.get(key.key)}
              onChange={(text) => setTexts({ ...texts, [key.key]: text })}
            />
          ))}
        </details>
      )}
      <div class="buttons">
        <button type="button" class="primary" disabled={problems.size > 0} onClick={() => draw()}>
          {use.sample.action}
        </button>
        <button
          type="button"
          disabled={problems.size > 0}
          onClick={() => {
            setSeed(seed + 1);
            draw(seed + 1);
          }}
        >
          {use.more}
        </button>
        {answer === undefined ? null : (
          <button type="button" onClick={() => savePicture(answer, `${info.model}-samples.png`)}>
            PNG
          </button>
        )}
      </div>
      {answer === undefined ? null : <Shown pictures={answer} label={use.sample.title} />}
    </Tool>
  );
}

const within = (value: number, least: number, most: number): number =>
  Number.isFinite(value) ? Math.min(most, Math.max(least, Math.round(value))) : least;
