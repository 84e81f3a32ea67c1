import { CurvesPanel } from "../../page/lesson/curves-panel.js";
import type { StageProps } from "../../page/lesson/lesson.js";
import { Panel } from "../../page/parts/panel.js";
import { PictureGrid } from "../../page/parts/picture-grid.js";
import { local } from "../../page/strings/index.js";
import { Completion } from "../completion/completion.js";
import type { Control } from "./keys.js";
import { labels } from "./labels.js";
import type { Network } from "./networks.js";
import { Sight } from "./sight.js";

/** New digits, what a pixel sees, completions, and the likelihood. */
export function Stage({ live, settings }: StageProps<Control>) {
  const words = local(labels);
  const samples = live.latest("samples", "sample");
  const digits = live.latest("digits", "given")?.answer;
  return (
    <div class="panels">
      <Panel title={words.samples}>
        <PictureGrid
          pictures={samples?.answer}
          label={words.samples}
          expect={{ rows: 5, columns: 5 }}
        />
      </Panel>
      <Panel title={words.sees}>
        <Sight network={settings.model as Network} />
      </Panel>
      <Completion live={live} digits={digits} step={samples?.step} />
      <CurvesPanel
        live={live}
        title={words.nats}
        wide
        curves={[{ label: words.nll, metric: "train.loss" }]}
      />
    </div>
  );
}
