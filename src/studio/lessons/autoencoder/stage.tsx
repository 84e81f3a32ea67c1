import { useMemo, useState } from "preact/hooks";
import { CurvesPanel } from "../../page/lesson/curves-panel.js";
import type { StageProps } from "../../page/lesson/lesson.js";
import { RebuiltPanel } from "../../page/lesson/rebuilt-panel.js";
import { useAnswer } from "../../page/lesson/use-answer.js";
import { ClassKey } from "../../page/parts/class-key.js";
import { Panel } from "../../page/parts/panel.js";
import { PictureGrid } from "../../page/parts/picture-grid.js";
import type { Place } from "../../page/parts/place.js";
import { local } from "../../page/strings/index.js";
import { codeAt, SIDE, sheetOf, viewOf } from "./codes.js";
import type { Control } from "./keys.js";
import { labels } from "./labels.js";
import { CodeMap } from "./map.js";

/** The map of codes to drag through, the digit there, the sheet of all places, and the reconstructions. */
export function Stage({ live }: StageProps<Control>) {
  const words = local(labels);
  const [place, setPlace] = useState<Place>([0.5, 0.5]);
  const codes = live.latest("codes", "encode")?.answer;
  const rebuilt = live.latest("rebuilt", "reconstruct")?.answer;
  const samples = live.latest("samples", "sample")?.answer;
  const view = useMemo(() => codes && viewOf(codes), [codes]);
  const length = codes?.length ?? 1;
  const here = useAnswer(
    live,
    "decode",
    view && { codes: Float32Array.from(codeAt(view, place)), length },
    [view, place],
  );
  const sheet = useAnswer(live, "decode", view && { codes: sheetOf(view), length, columns: SIDE }, [
    view,
  ]);
  return (
    <div class="panels">
      <Panel title={words.map}>
        <CodeMap
          label={`${words.map}. ${words.mapHelp}`}
          codes={codes}
          view={view}
          place={place}
          onMove={setPlace}
        />
        <ClassKey names={live.session.info.classes} />
        <p class="help">{words.mapHelp}</p>
      </Panel>
      <Panel title={words.here}>
        <PictureGrid pictures={here} label={words.here} expect={{ rows: 1, columns: 1 }} />
      </Panel>
      <RebuiltPanel title={words.rebuilt} rebuilt={rebuilt} />
      <Panel title={words.sheet}>
        <PictureGrid pictures={sheet} label={words.sheet} expect={{ rows: SIDE, columns: SIDE }} />
      </Panel>
      <Panel title={words.samples}>
        <PictureGrid pictures={samples} label={words.samples} expect={{ rows: 5, columns: 5 }} />
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
