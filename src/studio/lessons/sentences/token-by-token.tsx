import { useCallback, useEffect, useId, useState } from "preact/hooks";
import type { Pictures } from "../../engine/questions/question.js";
import { useAnswer } from "../../page/lesson/use-answer.js";
import { paletteOf } from "../../page/parts/palette.js";
import { Surface } from "../../page/parts/surface.js";
import type { Live } from "../../page/state/live.js";
import { formatNumber, local } from "../../page/strings/index.js";
import { labels } from "./labels.js";
import { SIDE } from "./shapes.js";

/** Codes a side of a picture. */
const CODES = 4;
const TOKENS = CODES ** 2;
const CANVAS = 320;
const MS_PER_TOKEN = 150;

interface TokenByTokenProps {
  readonly live: Live;
  readonly sentence: string;
  readonly temperature: number;
  /** The step of the newest pictures. */
  readonly step: number | undefined;
}

/** A sentence, and its picture as it comes about: after each code, what the codes so far decode to. */
export function TokenByToken({ live, sentence, temperature, step }: TokenByTokenProps) {
  const words = local(labels);
  const id = useId();
  const [drawn, setDrawn] = useDrawing(`${sentence} ${temperature}`);
  const unfolded = useAnswer(
    live,
    "unfold",
    step === undefined ? undefined : { seed: 1, temperature, condition: { caption: [sentence] } },
    [sentence, temperature, step],
  );
  const paint = useCallback(
    (context: CanvasRenderingContext2D, canvas: HTMLCanvasElement) => {
      if (unfolded !== undefined && drawn > 0) paintPicture(context, unfolded, drawn - 1);
      paintPlaces(context, canvas, drawn);
    },
    [unfolded, drawn],
  );
  return (
    <div class="beside">
      <div>
        <p class="words" lang="en">
          {sentence.split(/(?=,)| /).map((word, at) => (
            <span key={at} class="word">
              {word}
            </span>
          ))}
        </p>
        <label for={id}>
          <span class="label">{words.tokens}</span>{" "}
          <output for={id}>
            {formatNumber(drawn)} / {formatNumber(TOKENS)}
          </output>
        </label>
        <input
          id={id}
          type="range"
          min={0}
          max={TOKENS}
          step={1}
          value={drawn}
          onInput={(event) => setDrawn(event.currentTarget.valueAsNumber)}
        />
        <p class="help">{words.tokensHelp}</p>
        <p class="choices">
          <button type="button" onClick={() => setDrawn("again")}>
            {words.again}
          </button>
        </p>
      </div>
      <Surface label={words.words} width={CANVAS} height={CANVAS} paint={paint} />
    </div>
  );
}

/**
 * How many codes are shown, which grows by itself from 0 whenever `what` changes, or `again` is set; at once
 * where the visitor would rather that nothing moved by itself.
 */
function useDrawing(what: string): [drawn: number, set: (drawn: number | "again") => void] {
  const [drawn, setDrawn] = useState(TOKENS);
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (round === 0 && matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    setDrawn(0);
    const timer = setInterval(() => {
      setDrawn((before) => {
        if (before + 1 >= TOKENS) clearInterval(timer);
        return Math.min(TOKENS, before + 1);
      });
    }, MS_PER_TOKEN);
    return () => clearInterval(timer);
  }, [what, round]);
  const set = (chosen: number | "again") =>
    chosen === "again" ? setRound(round + 1) : setDrawn(chosen);
  return [drawn, set];
}

function paintPicture(
  context: CanvasRenderingContext2D,
  { pixelsUnit }: Pictures,
  frame: number,
): void {
  const cell = CANVAS / SIDE;
  for (let pixel = 0; pixel < SIDE ** 2; pixel++) {
    const shade = 255 * pixelsUnit[frame * SIDE ** 2 + pixel];
    context.fillStyle = `rgb(${shade} ${shade} ${shade})`;
    context.fillRect((pixel % SIDE) * cell, Math.floor(pixel / SIDE) * cell, cell, cell);
  }
}

/** A frame around the place of the newest code, and a dot at each place that has none yet. */
function paintPlaces(
  context: CanvasRenderingContext2D,
  canvas: HTMLCanvasElement,
  drawn: number,
): void {
  const side = CANVAS / CODES;
  const [, newest] = paletteOf(canvas);
  context.fillStyle = getComputedStyle(canvas).getPropertyValue("--gap");
  for (let place = drawn; place < TOKENS; place++) {
    const [row, column] = [Math.floor(place / CODES), place % CODES];
    context.beginPath();
    context.arc((column + 0.5) * side, (row + 0.5) * side, 5, 0, 2 * Math.PI);
    context.fill();
  }
  if (drawn === 0 || drawn === TOKENS) return;
  const [row, column] = [Math.floor((drawn - 1) / CODES), (drawn - 1) % CODES];
  context.strokeStyle = newest;
  context.lineWidth = 4;
  context.strokeRect(column * side + 2, row * side + 2, side - 4, side - 4);
}
