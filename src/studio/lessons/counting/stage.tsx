import { useEffect, useState } from "preact/hooks";
import { lastOf } from "../../page/lesson/last-of.js";
import type { StageProps } from "../../page/lesson/lesson.js";
import { useAnswer } from "../../page/lesson/use-answer.js";
import { Chart } from "../../page/parts/chart.js";
import { Panel } from "../../page/parts/panel.js";
import { PictureGrid } from "../../page/parts/picture-grid.js";
import { formatFigure, local } from "../../page/strings/index.js";
import type { Control } from "./keys.js";
import { labels } from "./labels.js";
import { Making } from "./making.js";
import { remember, tries } from "./tries.js";

/** Draws from the counts, one of them in the making, and what the counts are worth. */
export function Stage({ live, settings }: StageProps<Control>) {
  const words = local(labels);
  const [image, setImage] = useState(0);
  const samples = live.latest("samples", "sample");
  const digits = live.latest("digits", "given")?.answer;
  const draws = useAnswer(live, "draws", samples && { seed: 1, image }, [samples?.step, image]);
  const train = lastOf(live, "train.nllNats");
  const held = lastOf(live, "validation.nllNats");
  const { model, order, smoothing, side } = settings;
  const terms = `${smoothing} ${side}`;
  useEffect(() => {
    if (model === "markov" && Number.isFinite(held)) remember(terms, Number(order), train, held);
  }, [model, terms, order, train, held]);
  const tried = tries.value.get(terms);
  return (
    <div class="panels">
      <Panel title={words.digits}>
        <PictureGrid pictures={digits} label={words.digits} expect={{ rows: 5, columns: 5 }} />
      </Panel>
      <Panel title={words.samples}>
        <PictureGrid
          pictures={samples?.answer}
          label={words.samples}
          expect={{ rows: 5, columns: 5 }}
        />
      </Panel>
      <Making draws={draws} side={Number(side)} onOther={() => setImage(image + 1)} />
      <Panel title={words.nats}>
        <p class="figures">
          <span data-term="0">
            {words.train} <b>{figure(train)}</b>
          </span>
          <span data-term="1">
            {words.held} <b>{figure(held)}</b>
          </span>
        </p>
        {model !== "markov" ? null : tried === undefined || tried.held.length < 2 ? (
          <p class="help">{words.triesHelp}</p>
        ) : (
          <>
            <h2>{words.tries}</h2>
            <Chart
              label={words.tries}
              height={150}
              along={words.order}
              curves={[
                { label: words.train, points: tried.train },
                { label: words.held, points: tried.held },
              ]}
            />
          </>
        )}
      </Panel>
    </div>
  );
}

/** A figure that may not be there yet, or be infinite. */
function figure(value: number): string {
  if (Number.isNaN(value)) return "–";
  return value === Number.POSITIVE_INFINITY ? "∞" : formatFigure(value);
}
