import { useState } from "preact/hooks";
import { pairs } from "../../parts/pairs.js";
import { PictureGrid } from "../../parts/picture-grid.js";
import { strings } from "../../strings/index.js";
import { type Given, ImageChoice } from "./image-choice.js";
import { Tool, type ToolOfSession } from "./tool.js";
import { useAnswer } from "./use-answer.js";

const COUNT = 10;

/** Images with noise above what the model makes of them. */
export function DenoiseTool({ session }: ToolOfSession) {
  const { use } = strings.value;
  const { answer, busy, problem, ask } = useAnswer(session, "denoise");
  const [std, setStd] = useState(0.3);
  const [given, setGiven] = useState<Given>();
  const show = (images: Given | undefined, level: number) => {
    setGiven(images);
    if (images !== undefined) ask({ images, std: level });
  };
  return (
    <Tool title={use.denoise.title} help={use.denoise.help} problem={problem} busy={busy}>
      <label>
        <span class="label">{use.noise}</span> <output>{std.toFixed(2)}</output>
        <input
          type="range"
          min={0.05}
          max={1}
          step={0.05}
          value={std}
          onInput={(event) => {
            const { valueAsNumber } = event.currentTarget;
            setStd(valueAsNumber);
            show(given, valueAsNumber);
          }}
        />
      </label>
      <ImageChoice session={session} count={COUNT} onChoose={(images) => show(images, std)} />
      {answer === undefined ? null : (
        <PictureGrid pictures={pairs(answer.noisy, answer.clean)} label={use.denoise.title} />
      )}
    </Tool>
  );
}
