import { useState } from "preact/hooks";
import type { Pictures } from "../../../engine/questions/question.js";
import { savePicture } from "../../parts/save-picture.js";
import { Shown } from "../../parts/shown.js";
import type { Live } from "../../state/live.js";
import { formatNumber, strings } from "../../strings/index.js";

/** The pictures of a training over time: the newest, or those that the scrubber stands at. */
export function PictureTimeline({ live }: { readonly live: Live }) {
  const { train, player } = strings.value;
  const frames = live.frames("pictures").value;
  const [at, setAt] = useState<number>();
  if (frames.length === 0) return null;
  const place = Math.min(at ?? frames.length - 1, frames.length - 1);
  const { step, answer } = frames[place];
  const pictures = answer as Pictures;
  return (
    <div class="timeline">
      <Shown pictures={pictures} label={train.pictures} />
      <label class="scrubber">
        <span class="label">{train.scrub}</span>
        <output>{stepText(step, live)}</output>
        <input
          type="range"
          min={0}
          max={frames.length - 1}
          value={place}
          aria-valuetext={player.steps(stepText(step, live), null)}
          onInput={(event) => {
            const { valueAsNumber } = event.currentTarget;
            setAt(valueAsNumber === frames.length - 1 ? undefined : valueAsNumber);
          }}
        />
      </label>
      <button
        type="button"
        onClick={() => savePicture(pictures, `${live.session.info.model}-${step}.png`)}
      >
        PNG
      </button>
    </div>
  );
}

/** The end of a training has no step of its own. */
const stepText = (step: number, live: Live): string =>
  formatNumber(Math.min(step, live.state.value.step));
