import { useId, useState } from "preact/hooks";
import { CurvesPanel } from "../../page/lesson/curves-panel.js";
import type { StageProps } from "../../page/lesson/lesson.js";
import { pairs } from "../../page/parts/pairs.js";
import { Panel } from "../../page/parts/panel.js";
import { PictureGrid } from "../../page/parts/picture-grid.js";
import { formatNumber, local } from "../../page/strings/index.js";
import { CHAINS, FRAMES, STEPS } from "./chains.js";
import { columnOf } from "./frame-of.js";
import type { Control } from "./keys.js";
import { labels } from "./labels.js";

/** The chain both ways, a place in it to look at, new digits, and the error. */
export function Stage({ live, settings }: StageProps<Control>) {
  const words = local(labels);
  const id = useId();
  const [frame, setFrame] = useState(Math.floor(FRAMES / 2));
  const forwards = live.latest("forwards", "chain")?.answer;
  const backwards = live.latest("backwards", "chain")?.answer;
  const estimates = live.latest("estimates", "chain")?.answer;
  const samples = live.latest("samples", "sample")?.answer;
  const expect = { rows: CHAINS, columns: FRAMES };
  const samplesTitle = words.samples(formatNumber(Number(settings.steps)));
  const time = frame === FRAMES - 1 ? 0 : STEPS - frame * (STEPS / FRAMES);
  return (
    <div class="panels">
      <Panel title={words.forwards} wide>
        <PictureGrid pictures={forwards} label={words.forwards} expect={expect} />
      </Panel>
      <Panel title={words.backwards} wide>
        <PictureGrid pictures={backwards} label={words.backwards} expect={expect} />
      </Panel>
      <Panel title={words.estimates} wide>
        <PictureGrid pictures={estimates} label={words.estimates} expect={expect} />
      </Panel>
      <Panel title={words.time}>
        <label for={id}>
          <span class="label">t</span> <output for={id}>{formatNumber(time)}</output>
        </label>
        <input
          id={id}
          type="range"
          min={0}
          max={FRAMES - 1}
          step={1}
          value={frame}
          onInput={(event) => setFrame(event.currentTarget.valueAsNumber)}
        />
        <PictureGrid
          pictures={
            backwards && estimates && pairs(columnOf(backwards, frame), columnOf(estimates, frame))
          }
          label={`t = ${time}: ${words.noisy}, ${words.believed}`}
          expect={{ rows: 2, columns: CHAINS }}
        />
      </Panel>
      <Panel title={samplesTitle}>
        <PictureGrid pictures={samples} label={samplesTitle} expect={{ rows: 5, columns: 5 }} />
      </Panel>
      <CurvesPanel
        live={live}
        title={words.error}
        wide
        curves={[
          {
            label: words.errorCurve,
            metric: "train.squaredError",
          },
        ]}
      />
    </div>
  );
}
