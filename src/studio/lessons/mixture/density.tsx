import { useCallback } from "preact/hooks";
import type { ReplyTo } from "../../engine/questions/index.js";
import { paletteOf } from "../../page/parts/palette.js";
import { Surface } from "../../page/parts/surface.js";
import { CELLS } from "./density-grid.js";

const SIDE = 480;

interface DensityProps {
  readonly label: string;
  /** The scores of the middles. */
  readonly scores: ReplyTo<"score"> | undefined;
}

/** A density in the plane: the darker, the denser. */
export function Density({ label, scores }: DensityProps) {
  const paint = useCallback(
    (context: CanvasRenderingContext2D, canvas: HTMLCanvasElement) => {
      if (scores === undefined) return;
      const least = scores.perImage.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
      const side = SIDE / CELLS;
      [context.fillStyle] = paletteOf(canvas);
      scores.perImage.forEach((nats, cell) => {
        // The square root of the density's share of its peak: faint parts stay in sight.
        context.globalAlpha = Math.exp((least - nats) / 2);
        const row = CELLS - 1 - Math.floor(cell / CELLS);
        context.fillRect((cell % CELLS) * side, row * side, side, side);
      });
      context.globalAlpha = 1;
    },
    [scores],
  );
  return <Surface label={label} width={SIDE} height={SIDE} paint={paint} />;
}
