import type { ReplyTo } from "../../engine/questions/index.js";
import { paletteOf } from "../../page/parts/palette.js";
import type { Place } from "../../page/parts/place.js";

const SLOPES = 100;
/** Length of the longest arrow, as a share of the side. */
const LONGEST = 0.07;

interface Colours {
  readonly real: string;
  readonly drawn: string;
  readonly ink: string;
}

/** What a judge says in each square, from the bottom left. */
interface Judgement {
  readonly cells: number;
  readonly probabilities: Float32Array;
  readonly weights?: Float32Array;
}

/** Real points have one colour everywhere, drawn ones another; so has what the judge takes for them. */
export function coloursOf(canvas: HTMLCanvasElement): Colours {
  const [real, drawn] = paletteOf(canvas);
  return { real, drawn, ink: getComputedStyle(canvas).getPropertyValue("--ink") };
}

/**
 * Squares in the colour of what a judge takes a point there for; the surer, the stronger.
 *
 * @param weights  how much each square's answer counts, in [0, 1]; fully where absent
 */
export function paintJudgement(
  context: CanvasRenderingContext2D,
  { real, drawn }: Colours,
  { cells, probabilities, weights }: Judgement,
): void {
  const side = context.canvas.width / cells;
  probabilities.forEach((probability, cell) => {
    const weight = weights === undefined ? 1 : weights[cell];
    context.globalAlpha = 0.6 * weight * Math.sqrt(Math.abs(2 * probability - 1));
    context.fillStyle = probability > 0.5 ? real : drawn;
    const row = cells - 1 - Math.floor(cell / cells);
    context.fillRect((cell % cells) * side, row * side, side, side);
  });
  context.globalAlpha = 1;
}

export function paintPoints(
  context: CanvasRenderingContext2D,
  points: ArrayLike<number>,
  colour: string,
  radius: number,
): void {
  const side = context.canvas.width;
  context.fillStyle = colour;
  for (let at = 0; at < points.length; at += 2) {
    context.beginPath();
    context.arc(points[at] * side, (1 - points[at + 1]) * side, radius, 0, 2 * Math.PI);
    context.fill();
  }
}

/** Lines from drawn points to where the judge's slope sends them, the steepest of full length. */
export function paintSlopes(
  context: CanvasRenderingContext2D,
  { drawn, slopes }: Pick<ReplyTo<"plane">, "drawn" | "slopes">,
  colour: string,
): void {
  const side = context.canvas.width;
  const lengths = Array.from({ length: SLOPES }, (_, at) =>
    Math.hypot(slopes[2 * at], slopes[2 * at + 1]),
  );
  const most = Math.max(...lengths, 1e-12);
  context.strokeStyle = colour;
  context.globalAlpha = 0.6;
  context.lineWidth = 1.2;
  context.beginPath();
  lengths.forEach((_, at) => {
    const [x, y]: Place = [drawn[2 * at], drawn[2 * at + 1]];
    const [right, up] = [slopes[2 * at], slopes[2 * at + 1]].map((part) => (part * LONGEST) / most);
    context.moveTo(x * side, (1 - y) * side);
    context.lineTo((x + right) * side, (1 - y - up) * side);
  });
  context.stroke();
  context.globalAlpha = 1;
}
