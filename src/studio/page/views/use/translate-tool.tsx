import { useState } from "preact/hooks";
import { PictureGrid } from "../../parts/picture-grid.js";
import { strings } from "../../strings/index.js";
import { AttributeSliders } from "./conditions.js";
import { type Given, ImageChoice } from "./image-choice.js";
import { Tool, type ToolOfSession } from "./tool.js";
import { useAnswer } from "./use-answer.js";

const COUNT = 8;

/** Images of another domain, or with other attributes. */
export function TranslateTool({ session }: ToolOfSession) {
  const { use } = strings.value;
  const { classes, attributes, translatesBy } = session.info;
  const { answer, busy, problem, ask } = useAnswer(session, "translate");
  const [target, setTarget] = useState(classes[0] ?? "");
  const [values, setValues] = useState<Readonly<Record<string, number>>>({});
  const [given, setGiven] = useState<Given>();
  const show = (images: Given | undefined, to: string, wanted: typeof values) => {
    setGiven(images);
    if (images === undefined) return;
    ask({ images, target: translatesBy === "attributes" ? { attributes: wanted } : { class: to } });
  };
  return (
    <Tool title={use.translate.title} help={use.translate.help} problem={problem} busy={busy}>
      {translatesBy === "attributes" ? (
        <AttributeSliders
          names={attributes}
          values={values}
          onChange={(wanted) => {
            setValues(wanted);
            show(given, target, wanted);
          }}
        />
      ) : (
        <label class="select">
          <span class="label">{use.target}</span>
          <select
            value={target}
            onChange={(event) => {
              setTarget(event.currentTarget.value);
              show(given, event.currentTarget.value, values);
            }}
          >
            {classes.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <ImageChoice
        session={session}
        count={COUNT}
        onChoose={(images) => show(images, target, values)}
      />
      {answer === undefined ? null : <PictureGrid pictures={answer} label={use.translate.title} />}
    </Tool>
  );
}
