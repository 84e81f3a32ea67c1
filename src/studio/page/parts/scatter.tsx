import { useEffect, useRef } from "preact/hooks";
import { shownTheme } from "../state/preferences.js";
import { paletteOf } from "./palette.js";

interface ScatterProps {
  /** What it shows, for people who do not see it. */
  readonly label: string;
  /** [N, D], of which the first two numbers are the place */
  readonly points: Float32Array | undefined;
  readonly dimensions: number;
  /** [N] the group of each point, which decides its colour */
  readonly groups?: Int32Array | undefined;
  /** Half the width of the window around 0. */
  readonly reach: number;
}

const SIDE = 480;
const RADIUS = 5;

/** Points in the plane. */
export function Scatter({ label, points, dimensions, groups, reach }: ScatterProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const shade = shownTheme.value;
  // Colours follow the theme.
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context == null || canvas.current === null || points === undefined) return;
    const colours = paletteOf(canvas.current);
    context.clearRect(0, 0, SIDE, SIDE);
    context.globalAlpha = 0.75;
    for (let at = 0; at * dimensions < points.length; at++) {
      const [x, y] = points.subarray(at * dimensions, at * dimensions + 2);
      context.fillStyle = colours[(groups?.[at] ?? 0) % colours.length];
      context.beginPath();
      context.arc(place(x, reach), place(-y, reach), RADIUS, 0, 2 * Math.PI);
      context.fill();
    }
  }, [points, dimensions, groups, reach, shade]);
  return (
    <canvas ref={canvas} class="scatter" role="img" aria-label={label} width={SIDE} height={SIDE} />
  );
}

const place = (value: number, reach: number): number => ((value / reach + 1) / 2) * SIDE;
