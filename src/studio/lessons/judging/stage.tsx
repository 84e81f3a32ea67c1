import { CurvesPanel } from "../../page/lesson/curves-panel.js";
import type { StageProps } from "../../page/lesson/lesson.js";
import { Panel } from "../../page/parts/panel.js";
import { local } from "../../page/strings/index.js";
import type { Control } from "./keys.js";
import { labels } from "./labels.js";
import { Verdicts } from "./table.js";

/** The sets and their verdicts, while the judge learns. */
export function Stage({ live }: StageProps<Control>) {
  const words = local(labels);
  const judged = live.latest("judged", "judge")?.answer ?? [];
  return (
    <div class="panels">
      <Panel title={words.table} wide>
        <Verdicts judged={judged} />
      </Panel>
      <CurvesPanel
        live={live}
        title={words.accuracy}
        wide
        curves={[
          {
            label: words.accuracyCurve,
            metric: "train.accuracy",
          },
        ]}
      />
    </div>
  );
}
