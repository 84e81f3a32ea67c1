import { useCallback } from "preact/hooks";
import { paletteOf } from "../../page/parts/palette.js";
import { Surface } from "../../page/parts/surface.js";
import { colourByState } from "./state-colour.js";

const WIDTH = 960;
const SWATCH = 22;
const GAP = 22;
/** Width of the picture of a row, and the most height of a row of the table. */
const PICTURE = 260;
const TALLEST = 34;
const MOST_HEIGHT = 560;

interface StateTableProps {
  readonly label: string;
  /** [K, W] logits of ink in each pixel of a row, by state */
  readonly logits: Float32Array | undefined;
  /** [K, K] log p(next state | state) */
  readonly moves: Float32Array | undefined;
  /** Pixels of a row. */
  readonly pixels: number;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** A row for each state: its colour, what a row of the image looks like in it, and which state comes next. */
export function StateTable({ label, logits, moves, pixels }: StateTableProps) {
  const states = logits === undefined ? 1 : logits.length / pixels;
  const tall = Math.min(TALLEST, Math.floor(MOST_HEIGHT / states));
  const paint = useCallback(
    (context: CanvasRenderingContext2D, canvas: HTMLCanvasElement) => {
      if (logits === undefined || moves === undefined) return;
      const colours = paletteOf(canvas);
      const left = SWATCH + GAP / 2;
      const right = left + PICTURE + GAP;
      const across = (WIDTH - right) / states;
      const likeliest = Math.exp(moves.reduce((most, value) => Math.max(most, value)));
      for (let state = 0; state < states; state++) {
        const top = SWATCH + GAP / 2 + state * tall;
        colourByState(context, colours, state);
        context.fillRect(0, top, SWATCH, tall - 2);
        context.fillRect(right + state * across, 0, across - 2, SWATCH);
        context.globalAlpha = 1;
        for (let pixel = 0; pixel < pixels; pixel++) {
          const shade = 255 * sigmoid(logits[state * pixels + pixel]);
          context.fillStyle = `rgb(${shade} ${shade} ${shade})`;
          const wide = PICTURE / pixels;
          context.fillRect(left + pixel * wide, top, wide, tall - 2);
        }
        context.fillStyle = colours[0];
        for (let next = 0; next < states; next++) {
          context.globalAlpha = Math.sqrt(Math.exp(moves[state * states + next]) / likeliest);
          context.fillRect(right + next * across, top, across - 2, tall - 2);
        }
        context.globalAlpha = 1;
      }
    },
    [logits, moves, states, tall, pixels],
  );
  return (
    <Surface label={label} width={WIDTH} height={SWATCH + GAP / 2 + states * tall} paint={paint} />
  );
}
