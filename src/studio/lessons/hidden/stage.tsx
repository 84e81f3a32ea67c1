import { CurvesPanel } from "../../page/lesson/curves-panel.js";
import type { StageProps } from "../../page/lesson/lesson.js";
import { Panel } from "../../page/parts/panel.js";
import { PictureGrid } from "../../page/parts/picture-grid.js";
import { local } from "../../page/strings/index.js";
import { Completion } from "../completion/completion.js";
import type { Control } from "./keys.js";
import { labels } from "./labels.js";
import { Path } from "./path.js";
import { StateTable } from "./state-table.js";

/** The hidden states or units, draws, completions, and the likelihood. */
export function Stage({ live, settings }: StageProps<Control>) {
  const words = local(labels);
  const samples = live.latest("samples", "sample");
  const digits = live.latest("digits", "given")?.answer;
  const isHmm = settings.model === "hmm";
  return (
    <div class="panels">
      {isHmm ? <States live={live} /> : <Units live={live} />}
      <Panel title={words.samples}>
        <PictureGrid
          pictures={samples?.answer}
          label={words.samples}
          expect={{ rows: 5, columns: 5 }}
        />
      </Panel>
      <CurvesPanel
        live={live}
        title={words.nats}
        curves={[
          isHmm
            ? { label: words.nll, metric: "train.nllNats" }
            : { label: words.pseudo, metric: "train.pseudoNllNats" },
        ]}
      />
      <Completion live={live} digits={digits} step={samples?.step} />
    </div>
  );
}

function States({ live }: Pick<StageProps<Control>, "live">) {
  const words = local(labels);
  const digits = live.latest("digits", "given")?.answer;
  const posteriors = live.latest("path", "encode")?.answer;
  const values = live.latest("states", "values")?.answer;
  return (
    <>
      <Panel title={words.path} wide>
        <Path label={words.path} digits={digits} posteriors={posteriors} />
      </Panel>
      <Panel title={words.states} wide>
        <StateTable
          label={words.states}
          logits={values?.[0]}
          moves={values?.[1]}
          pixels={live.session.info.width}
        />
        <p class="help">{words.statesHelp}</p>
      </Panel>
    </>
  );
}

function Units({ live }: Pick<StageProps<Control>, "live">) {
  const words = local(labels);
  const filters = live.latest("filters", "filters")?.answer;
  const chain = live.latest("chain", "chain")?.answer;
  return (
    <>
      <Panel title={words.chain} wide>
        <PictureGrid pictures={chain} label={words.chain} expect={{ rows: 4, columns: 12 }} />
      </Panel>
      <Panel title={words.filters} wide>
        <PictureGrid
          pictures={filters}
          columns={12}
          label={words.filters}
          expect={{ rows: 4, columns: 12 }}
        />
      </Panel>
    </>
  );
}
