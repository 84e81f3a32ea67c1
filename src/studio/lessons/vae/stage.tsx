import { CurvesPanel } from "../../page/lesson/curves-panel.js";
import type { StageProps } from "../../page/lesson/lesson.js";
import { RebuiltPanel } from "../../page/lesson/rebuilt-panel.js";
import { ClassKey } from "../../page/parts/class-key.js";
import { Panel } from "../../page/parts/panel.js";
import { PictureGrid } from "../../page/parts/picture-grid.js";
import { Scatter } from "../../page/parts/scatter.js";
import { local } from "../../page/strings/index.js";
import type { Control } from "./keys.js";
import { labels } from "./labels.js";
import { Reparameterised } from "./reparameterised.js";

/** The draws, the reconstructions, the codes and the two terms of the bound. */
export function Stage({ live }: StageProps<Control>) {
  const words = local(labels);
  const samples = live.latest("samples", "sample")?.answer;
  const rebuilt = live.latest("rebuilt", "reconstruct")?.answer;
  const codes = live.latest("codes", "encode")?.answer;
  return (
    <div class="panels">
      <Panel title={words.samples}>
        <PictureGrid pictures={samples} label={words.samples} expect={{ rows: 6, columns: 6 }} />
      </Panel>
      <Panel title={words.codes}>
        <Scatter
          label={words.codes}
          points={codes?.values}
          dimensions={codes?.length ?? 2}
          groups={codes?.classes ?? undefined}
          reach={3.5}
        />
        <ClassKey names={live.session.info.classes} />
      </Panel>
      <Reparameterised live={live} />
      <CurvesPanel
        live={live}
        title={words.terms}
        wide
        curves={[
          { label: words.rebuilding, metric: "train.reconstructionNats" },
          { label: words.saying, metric: "train.klNats" },
          { label: words.sum, metric: "train.negativeElbo" },
        ]}
      />
      <RebuiltPanel title={words.rebuilt} rebuilt={rebuilt} />
    </div>
  );
}
