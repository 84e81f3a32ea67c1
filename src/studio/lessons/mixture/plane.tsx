import { useCallback, useMemo, useState } from "preact/hooks";
import type { Pictures } from "../../engine/questions/question.js";
import { paletteOf } from "../../page/parts/palette.js";
import type { Place } from "../../page/parts/place.js";
import { Surface } from "../../page/parts/surface.js";
import { formatNumber, local } from "../../page/strings/index.js";
import { placesOf, withPlace } from "../places.js";
import { type Component, ellipseOf, mostResponsible } from "./components.js";
import { labels } from "./labels.js";

const SIDE = 480;

interface PlaneProps {
  readonly points: Pictures | undefined;
  readonly components: readonly Component[];
  /** How many components there are to start. */
  readonly count: number;
  /** Takes as many places as there are components. */
  onStarts(starts: string): void;
}

/** The components among the points, and a place to say where they start. */
export function Plane({ points, components, count, onStarts }: PlaneProps) {
  const words = local(labels);
  const [starts, setStarts] = useState("");
  const placed = useMemo(() => placesOf(starts), [starts]);
  const paint = useCallback(
    (context: CanvasRenderingContext2D, canvas: HTMLCanvasElement) => {
      const colours = paletteOf(canvas);
      const ink = getComputedStyle(canvas).getPropertyValue("--ink");
      paintPoints(context, points, components, colours);
      components.forEach((component, k) => {
        context.strokeStyle = colours[k % colours.length];
        context.lineWidth = 1 + 12 * Math.exp(component.logWeight);
        context.beginPath();
        for (const place of ellipseOf(component, 2)) context.lineTo(...onCanvas(place));
        context.stroke();
      });
      context.fillStyle = ink;
      for (const place of placed) {
        const [x, y] = onCanvas(place);
        context.fillRect(x - 6, y - 6, 12, 12);
      }
    },
    [points, components, placed],
  );
  const place = ([x, y]: Place, begins: boolean) => {
    if (!begins) return;
    const next = withPlace(starts, [x, 1 - y], count);
    if (placesOf(next).length < count) setStarts(next);
    else onStarts(next);
  };
  const help = words.starts(formatNumber(count - placed.length));
  return (
    <>
      <Surface
        label={`${words.plane}. ${help}`}
        width={SIDE}
        height={SIDE}
        paint={paint}
        onPoint={place}
      />
      <p class="help">{help}</p>
    </>
  );
}

const onCanvas = ([x, y]: Place): [number, number] => [x * SIDE, (1 - y) * SIDE];

function paintPoints(
  context: CanvasRenderingContext2D,
  points: Pictures | undefined,
  components: readonly Component[],
  colours: readonly string[],
): void {
  if (points === undefined) return;
  context.globalAlpha = 0.6;
  for (let at = 0; at < points.count; at++) {
    const place: Place = [points.pixelsUnit[2 * at], points.pixelsUnit[2 * at + 1]];
    const [x, y] = onCanvas(place);
    context.fillStyle = colours[mostResponsible(components, place) % colours.length];
    context.beginPath();
    context.arc(x, y, 3, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}
