import { useCallback, useState } from "preact/hooks";
import { CurvesPanel } from "../../page/lesson/curves-panel.js";
import type { StageProps } from "../../page/lesson/lesson.js";
import { Panel } from "../../page/parts/panel.js";
import type { Place } from "../../page/parts/place.js";
import { Surface } from "../../page/parts/surface.js";
import { formatFigure, formatNumber, local } from "../../page/strings/index.js";
import { placesOf, withPlace } from "../places.js";
import { MOST_POINTS } from "./drawing.js";
import type { Control } from "./keys.js";
import { labels } from "./labels.js";
import { coloursOf, paintJudgement, paintPoints, paintSlopes } from "./paint-game.js";

const SIDE = 480;

/** The game in the plane, the optimal judge, the outputs, and a place to draw a density. */
export function Stage({ live, settings, set }: StageProps<Control>) {
  const words = local(labels);
  const game = live.latest("game", "plane")?.answer;
  // While the visitor paints, the training stands.
  const [drawing, setDrawing] = useState(String(settings.drawing));

  const paintGame = useCallback(
    (context: CanvasRenderingContext2D, canvas: HTMLCanvasElement) => {
      if (game === undefined) return;
      const colours = coloursOf(canvas);
      const { cells, discriminator: probabilities } = game;
      paintJudgement(context, colours, { cells, probabilities });
      paintPoints(context, game.real, colours.real, 6);
      paintSlopes(context, game, colours.ink);
      paintPoints(context, game.drawn, colours.drawn, 2);
    },
    [game],
  );
  const paintOptimal = useCallback(
    (context: CanvasRenderingContext2D, canvas: HTMLCanvasElement) => {
      if (game === undefined) return;
      const { cells, optimal: probabilities, evidence: weights } = game;
      paintJudgement(context, coloursOf(canvas), { cells, probabilities, weights });
    },
    [game],
  );
  const paintDrawing = useCallback(
    (context: CanvasRenderingContext2D, canvas: HTMLCanvasElement) =>
      paintPoints(context, placesOf(drawing).flat(), coloursOf(canvas).real, 5),
    [drawing],
  );
  const paint = ([x, y]: Place) =>
    setDrawing((before) => withPlace(before, [x, 1 - y], MOST_POINTS));

  return (
    <div class="panels">
      <Panel title={words.game}>
        <Surface label={words.game} width={SIDE} height={SIDE} paint={paintGame} />
        <p class="figures">
          <span data-term="0">● {words.real}</span>
          <span data-term="1">● {words.drawn}</span>
        </p>
        <p class="figures">
          {game?.modes ? (
            <>
              <span>
                {words.modes}{" "}
                <b>
                  {game.modes.found} / {game.modes.modes}
                </b>
              </span>
              <span>
                <b>{formatNumber(100 * game.modes.highQuality)} %</b> {words.within}
              </span>
            </>
          ) : null}
          <span>
            {words.gap} <b>{game ? formatFigure(game.gap) : "–"}</b>
          </span>
        </p>
      </Panel>
      <Panel title={words.optimal}>
        <Surface label={words.optimal} width={SIDE} height={SIDE} paint={paintOptimal} />
        <p class="help">{words.optimalHelp}</p>
      </Panel>
      <CurvesPanel
        live={live}
        title={words.outputs}
        curves={[
          { label: words.onReal, metric: "train.discriminator.real" },
          { label: words.onDrawn, metric: "train.discriminator.drawn" },
        ]}
      />
      <Panel title={words.draw}>
        <Surface
          label={`${words.draw}. ${words.drawHelp}`}
          width={SIDE}
          height={SIDE}
          paint={paintDrawing}
          onPoint={paint}
        />
        <p class="help">{words.drawHelp}</p>
        <p class="choices">
          <button
            type="button"
            disabled={drawing === settings.drawing}
            onClick={() => set("drawing", drawing)}
          >
            {words.train}
          </button>
          <button type="button" disabled={drawing === ""} onClick={() => setDrawing("")}>
            {words.clear}
          </button>
        </p>
      </Panel>
    </div>
  );
}
