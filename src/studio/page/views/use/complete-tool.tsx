import { useState } from "preact/hooks";
import { brushed, inked, radiusFor } from "../../parts/brush.js";
import { Pad } from "../../parts/pad.js";
import { PictureGrid } from "../../parts/picture-grid.js";
import { Select } from "../../parts/select.js";
import { strings } from "../../strings/index.js";
import { type Given, ImageChoice } from "./image-choice.js";
import { Tool, type ToolOfSession } from "./tool.js";
import { useAnswer } from "./use-answer.js";
import { useGivenPixels } from "./use-given-pixels.js";

const REPEATS = 6;
const BRUSHES = ["hide", "draw"] as const;
type Brush = (typeof BRUSHES)[number];

/** Paints out a part of an image, which the model fills in several times. */
export function CompleteTool({ session }: ToolOfSession) {
  const { use } = strings.value;
  const { height, width, channels } = session.info;
  const { answer, busy, problem, ask } = useAnswer(session, "complete");
  const whole = () => new Uint8Array(height * width).fill(1);
  const [known, setKnown] = useState(whole);
  const { pixels, refusal, show, set } = useGivenPixels(session);
  const [brush, setBrush] = useState<Brush>(session.info.images === 0 ? "draw" : "hide");
  const hidden = known.includes(0);
  const paint = (x: number, y: number) => {
    if (brush === "draw") {
      set(inked(pixels, [x, y], session.info));
      return;
    }
    const next = known.slice();
    for (const { at } of brushed([x, y], session.info, 2 * radiusFor(width))) next[at] = 0;
    setKnown(next);
  };
  const choose = (given: Given) => {
    show(given);
    setKnown(whole());
  };
  return (
    <Tool
      title={use.complete.title}
      help={use.complete.help}
      problem={problem ?? refusal}
      busy={busy}
    >
      <ImageChoice session={session} count={1} onChoose={choose} />
      <Select
        label={use.brush}
        value={brush}
        options={BRUSHES.map((one) => [one, use.brushes[one]] as const)}
        onChoose={(chosen) => setBrush(chosen)}
      />
      <div class="pad-and-answer">
        <Pad
          label={use.complete.pad}
          {...{ width, height, channels, pixels, known }}
          onPaint={paint}
        />
        {answer === undefined ? null : (
          <PictureGrid pictures={answer} label={use.complete.title} columns={3} />
        )}
      </div>
      <div class="buttons">
        <button
          type="button"
          class="primary"
          disabled={!hidden}
          onClick={() => ask({ images: { pixelsUnit: pixels }, known, repeats: REPEATS })}
        >
          {use.complete.action}
        </button>
        <button
          type="button"
          onClick={() =>
            setKnown(known.map((_, at) => Number(at < Math.floor(height / 2) * width)))
          }
        >
          {use.lowerHalf}
        </button>
        <button
          type="button"
          onClick={() => {
            setKnown(whole());
            if (brush === "draw") set(new Float32Array(pixels.length));
          }}
        >
          {use.clear}
        </button>
      </div>
    </Tool>
  );
}
