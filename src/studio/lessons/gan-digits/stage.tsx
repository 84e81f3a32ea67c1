import { useState } from "preact/hooks";
import { CurvesPanel, TALL } from "../../page/lesson/curves-panel.js";
import type { StageProps } from "../../page/lesson/lesson.js";
import { useAnswer } from "../../page/lesson/use-answer.js";
import { Chart } from "../../page/parts/chart.js";
import { Panel } from "../../page/parts/panel.js";
import { PictureGrid } from "../../page/parts/picture-grid.js";
import type { Place } from "../../page/parts/place.js";
import { local } from "../../page/strings/index.js";
import { likenessCurves } from "../likeness-curves.js";
import type { Control } from "./keys.js";
import { labels } from "./labels.js";
import { noiseAt } from "./noise-plane.js";
import { Walk } from "./walk.js";

/** Drawn and real digits, a walk through the noise, and how the game stands. */
export function Stage({ live, settings }: StageProps<Control>) {
  const words = local(labels);
  const [place, setPlace] = useState<Place>([0.75, 0.3]);
  const samples = live.latest("samples", "sample")?.answer;
  const real = live.latest("real", "given")?.answer;
  const plane = live.latest("plane", "decode");
  const length = Number(settings.latent);
  const here = useAnswer(
    live,
    "decode",
    plane && { codes: Float32Array.from(noiseAt(length, place)), length },
    [plane?.step, place],
  );
  return (
    <div class="panels">
      <Panel title={words.samples}>
        <PictureGrid pictures={samples} label={words.samples} expect={{ rows: 6, columns: 6 }} />
      </Panel>
      <Panel title={words.real}>
        <PictureGrid pictures={real} label={words.real} expect={{ rows: 6, columns: 6 }} />
      </Panel>
      <Panel title={words.walk}>
        <Walk
          label={`${words.walk}. ${words.walkHelp}`}
          pictures={plane?.answer}
          place={place}
          onMove={setPlace}
        />
        <p class="help">{words.walkHelp}</p>
      </Panel>
      <Panel title={words.here}>
        <PictureGrid pictures={here} label={words.here} expect={{ rows: 1, columns: 1 }} />
      </Panel>
      <Panel title={words.likeness}>
        <Chart
          label={words.likeness}
          height={TALL}
          curves={likenessCurves(live, { drawn: words.drawn, floor: words.floor })}
        />
      </Panel>
      <CurvesPanel
        live={live}
        title={words.outputs}
        curves={[
          { label: words.onReal, metric: "train.discriminator.real" },
          { label: words.onDrawn, metric: "train.discriminator.drawn" },
        ]}
      />
    </div>
  );
}
