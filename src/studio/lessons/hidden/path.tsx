import { useCallback } from "preact/hooks";
import type { ReplyTo } from "../../engine/questions/index.js";
import type { Pictures } from "../../engine/questions/question.js";
import { paletteOf } from "../../page/parts/palette.js";
import { Surface } from "../../page/parts/surface.js";
import { colourByState } from "./state-colour.js";

const PIXEL = 10;
const GAP = 14;

interface PathProps {
  readonly label: string;
  readonly digits: Pictures | undefined;
  /** [N, rows · states] p(state of a row | image) */
  readonly posteriors: ReplyTo<"encode"> | undefined;
}

/** Digits, and to the right of each row the colours of its states, as wide as they are probable. */
export function Path({ label, digits, posteriors }: PathProps) {
  const count = digits?.count ?? 4;
  const { height = 8, width = 8 } = digits ?? {};
  const across = (width + 3) * PIXEL + GAP;
  const paint = useCallback(
    (context: CanvasRenderingContext2D, canvas: HTMLCanvasElement) => {
      if (digits === undefined || posteriors === undefined) return;
      const colours = paletteOf(canvas);
      const states = posteriors.length / height;
      for (let image = 0; image < count; image++) {
        for (let row = 0; row < height; row++) {
          for (let column = 0; column < width; column++) {
            const value = digits.pixelsUnit[(image * height + row) * width + column];
            context.fillStyle = `rgb(${255 * value} ${255 * value} ${255 * value})`;
            context.fillRect(image * across + column * PIXEL, row * PIXEL, PIXEL, PIXEL);
          }
          let left = image * across + (width + 0.5) * PIXEL;
          for (let state = 0; state < states; state++) {
            const share = posteriors.values[(image * height + row) * states + state];
            colourByState(context, colours, state);
            context.fillRect(left, row * PIXEL, share * 2.5 * PIXEL, PIXEL - 1);
            left += share * 2.5 * PIXEL;
          }
          context.globalAlpha = 1;
        }
      }
    },
    [digits, posteriors, count, across, height, width],
  );
  return (
    <Surface label={label} width={count * across - GAP} height={height * PIXEL} paint={paint} />
  );
}
