import { CurvesPanel } from "../../page/lesson/curves-panel.js";
import type { StageProps } from "../../page/lesson/lesson.js";
import { Panel } from "../../page/parts/panel.js";
import { PictureGrid } from "../../page/parts/picture-grid.js";
import { formatNumber, local } from "../../page/strings/index.js";
import type { Control } from "./keys.js";
import { labels } from "./labels.js";
import { tally } from "./tally.js";
import { TokenByToken } from "./token-by-token.js";

/** A sentence and its picture, the same again, and every sentence with how many are right. */
export function Sentences({ live, settings }: Pick<StageProps<Control>, "live" | "settings">) {
  const words = local(labels);
  const many = live.latest("many", "sample");
  const sheet = live.latest("sheet", "sample")?.answer;
  const right = tally(sheet);
  return (
    <div class="panels">
      <Panel title={words.words} wide>
        <TokenByToken
          live={live}
          sentence={String(settings.sentence)}
          temperature={Number(settings.temperature)}
          step={many?.step}
        />
      </Panel>
      <Panel title={words.many}>
        <PictureGrid pictures={many?.answer} label={words.many} expect={{ rows: 4, columns: 4 }} />
      </Panel>
      <Panel title={words.sheet}>
        <PictureGrid
          pictures={sheet}
          columns={8}
          label={words.sheet}
          expect={{ rows: 4, columns: 8 }}
        />
        <p class="figures">
          <span>{words.exact}</span>
          <b>{words.right(formatNumber(right.seen), formatNumber(right.allSeen))}</b>
          <b>{words.rightUnseen(formatNumber(right.unseen), formatNumber(right.allUnseen))}</b>
        </p>
      </Panel>
      <CurvesPanel
        live={live}
        title={words.nats}
        wide
        curves={[
          {
            label: words.natsCurve,
            metric: "train.imageNatsPerToken",
          },
        ]}
      />
    </div>
  );
}
