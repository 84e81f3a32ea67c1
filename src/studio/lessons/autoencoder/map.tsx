import { useCallback } from "preact/hooks";
import { paletteOf } from "../../page/parts/palette.js";
import type { Place } from "../../page/parts/place.js";
import { Surface } from "../../page/parts/surface.js";
import type { Codes, View } from "./codes.js";

const SIDE = 480;

interface MapProps {
  readonly label: string;
  readonly codes: Codes | undefined;
  readonly view: View | undefined;
  readonly place: Place;
  onMove(place: Place): void;
}

/** The codes of digits in the plane of their first two numbers, and the place that the visitor is at. */
export function CodeMap({ label, codes, view, place, onMove }: MapProps) {
  const paint = useCallback(
    (context: CanvasRenderingContext2D, canvas: HTMLCanvasElement) => {
      if (codes === undefined || view === undefined) return;
      const colours = paletteOf(canvas);
      const { length, values, classes } = codes;
      const { centre, reach } = view;
      context.globalAlpha = 0.75;
      for (let image = 0; image < codes.count; image++) {
        const [x, y] = [values[image * length], length < 2 ? 0 : values[image * length + 1]];
        context.fillStyle = colours[(classes?.[image] ?? 0) % colours.length];
        context.beginPath();
        context.arc(
          (((x - centre[0]) / reach + 1) / 2) * SIDE,
          (1 - ((y - centre[1]) / reach + 1) / 2) * SIDE,
          5,
          0,
          2 * Math.PI,
        );
        context.fill();
      }
      context.globalAlpha = 1;
      context.strokeStyle = getComputedStyle(canvas).getPropertyValue("--ink");
      context.lineWidth = 4;
      context.strokeRect(place[0] * SIDE - 9, place[1] * SIDE - 9, 18, 18);
    },
    [codes, view, place],
  );
  return (
    <Surface
      label={label}
      width={SIDE}
      height={SIDE}
      paint={paint}
      onPoint={onMove}
      drags
      moves={20}
    />
  );
}
