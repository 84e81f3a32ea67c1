import { inked } from "../../parts/brush.js";
import { Pad } from "../../parts/pad.js";
import { formatNumber, strings } from "../../strings/index.js";
import { type Given, ImageChoice } from "./image-choice.js";
import { Tool, type ToolOfSession } from "./tool.js";
import { useAnswer } from "./use-answer.js";
import { useGivenPixels } from "./use-given-pixels.js";

/** Draws an image by hand, and shows which class it is at every stroke. */
export function ClassifyTool({ session }: ToolOfSession) {
  const { use } = strings.value;
  const { height, width, channels } = session.info;
  const { answer, busy, problem, ask } = useAnswer(session, "classify");
  const { pixels, refusal, show, set } = useGivenPixels(session);
  const judge = (values: Float32Array) => {
    set(values);
    ask({ images: { pixelsUnit: values } });
  };
  const paint = (x: number, y: number) => judge(inked(pixels, [x, y], session.info));
  const choose = async (given: Given) => {
    await Promise.all([show(given), ask({ images: given })]);
  };
  return (
    <Tool
      title={use.classify.title}
      help={use.classify.help}
      problem={problem ?? refusal}
      busy={busy}
    >
      <ImageChoice session={session} count={1} onChoose={choose} />
      <div class="pad-and-answer">
        <Pad label={use.classify.pad} {...{ width, height, channels, pixels }} onPaint={paint} />
        {answer === undefined ? null : (
          <ul class="classes">
            {answer.names.map((name, at) => (
              <li key={name}>
                <span>{name}</span>
                <meter min={0} max={1} value={answer.probs[at]} aria-label={name} />
                <span>{formatNumber(100 * answer.probs[at], 1)} %</span>
              </li>
            ))}
          </ul>
        )}
      </div>
      <div class="buttons">
        <button type="button" onClick={() => set(new Float32Array(pixels.length))}>
          {use.clear}
        </button>
      </div>
      {answer === undefined ? null : (
        <p class="help" lang="en">
          {answer.method}
        </p>
      )}
    </Tool>
  );
}
