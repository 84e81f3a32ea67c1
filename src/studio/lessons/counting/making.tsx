import { useCallback, useState } from "preact/hooks";
import type { ReplyTo } from "../../engine/questions/index.js";
import type { Pictures } from "../../engine/questions/question.js";
import { paletteOf } from "../../page/parts/palette.js";
import { Panel } from "../../page/parts/panel.js";
import { PictureGrid } from "../../page/parts/picture-grid.js";
import { Surface } from "../../page/parts/surface.js";
import { formatFigure, formatNumber, local } from "../../page/strings/index.js";
import { labels } from "./labels.js";

const WIDTH = 960;
const HEIGHT = 220;

type Draws = ReplyTo<"draws">;

interface MakingProps {
  readonly draws: Draws | undefined;
  /** Pixels a side of the image. */
  readonly side: number;
  /** Asks for another image. */
  onOther(): void;
}

/** One image in the making: every draw with its intervals, and the image up to the one pointed at. */
export function Making({ draws, side, onOther }: MakingProps) {
  const words = local(labels);
  const [place, setPlace] = useState(0.4);
  const at = draws && Math.min(draws.length - 1, Math.floor(place * draws.length));
  const paint = useCallback(
    (context: CanvasRenderingContext2D, canvas: HTMLCanvasElement) => {
      if (draws !== undefined && at !== undefined) paintDraws(context, canvas, draws, at);
    },
    [draws, at],
  );
  return (
    <>
      <Panel title={words.draws} wide>
        <Surface
          label={`${words.draws}. ${words.drawsHelp}`}
          width={WIDTH}
          height={HEIGHT}
          paint={paint}
          onPoint={([x]) => setPlace(x)}
          drags
          moves={draws?.length ?? 1}
        />
        <p class="help">{words.drawsHelp}</p>
      </Panel>
      <Panel title={words.soFar}>
        <PictureGrid
          pictures={draws && at !== undefined ? imageSoFar(draws, at, side) : undefined}
          label={words.soFar}
          expect={{ rows: 1, columns: 1 }}
        />
        <Telling draws={draws} at={at} />
        <p class="choices">
          <button type="button" onClick={onOther}>
            {words.other}
          </button>
        </p>
      </Panel>
    </>
  );
}

/** The draw that is pointed at, in figures. */
function Telling({
  draws,
  at,
}: {
  readonly draws: Draws | undefined;
  readonly at?: number | undefined;
}) {
  const words = local(labels);
  if (draws === undefined || at === undefined) return null;
  const { given, bounds, u, index } = draws[at];
  return (
    <p class="figures">
      <span>{words.draw(formatNumber(at + 1), formatNumber(draws.length))}</span>
      {bounds.length > 3 ? (
        <span>{words.cells(formatNumber(bounds.length - 1))}</span>
      ) : (
        <>
          {given.length === 0 ? null : (
            <span>
              {words.given} <b>{given.join("")}</b>
            </span>
          )}
          <span>
            {words.white} <b>{formatFigure(1 - bounds[1])}</b>
          </span>
        </>
      )}
      <span>
        u <b>{formatFigure(u)}</b>
        {bounds.length > 3 ? null : ` → ${index === 1 ? words.isWhite : words.isBlack}`}
      </span>
    </p>
  );
}

/** A table's outcome numbers the whole image; its first pixel is the highest digit. */
const pixelOf = ({ variables, index }: Draws[number], position: number): number =>
  variables.length === 1 ? index : Math.floor(index / 2 ** (variables.length - 1 - position)) % 2;

/** The pixels that are drawn up to and with draw `at`; grey where none is yet. */
function imageSoFar(draws: Draws, at: number, side: number): Pictures {
  const pixelsUnit = new Float32Array(side ** 2).fill(0.5);
  for (const draw of draws.slice(0, at + 1)) {
    draw.variables.forEach((variable, position) => {
      pixelsUnit[variable] = pixelOf(draw, position);
    });
  }
  return { channels: 1, height: side, width: side, count: 1, pixelsUnit };
}

function paintDraws(
  context: CanvasRenderingContext2D,
  canvas: HTMLCanvasElement,
  draws: Draws,
  at: number,
): void {
  const [colour, dot] = paletteOf(canvas);
  const style = getComputedStyle(canvas);
  const [pale, ink] = ["--line", "--ink"].map((name) => style.getPropertyValue(name));
  const across = WIDTH / draws.length;
  draws.forEach(({ bounds, u }, column) => {
    const left = column * across;
    // Draws that have not been made yet are faint.
    context.globalAlpha = column <= at ? 1 : 0.25;
    for (let outcome = 0; outcome + 1 < bounds.length; outcome++) {
      const [from, to] = [bounds[outcome], bounds[outcome + 1]];
      if (to === from) continue;
      context.fillStyle = outcome % 2 === 1 ? pale : colour;
      context.fillRect(left + 0.5, from * HEIGHT, across - 1, Math.max(0.5, (to - from) * HEIGHT));
    }
    context.fillStyle = dot;
    context.beginPath();
    context.arc(left + across / 2, u * HEIGHT, Math.min(6, across / 2), 0, 2 * Math.PI);
    context.fill();
  });
  context.globalAlpha = 1;
  context.strokeStyle = ink;
  context.lineWidth = 2;
  context.strokeRect(at * across, 1, across, HEIGHT - 2);
}
