import type { TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { shownTheme } from "../state/preferences.js";
import type { Place } from "./place.js";

interface SurfaceProps {
  /** What it shows and takes, for people who do not see it. */
  readonly label: string;
  /** Pixels of the canvas, which is shown as wide as there is room. */
  readonly width: number;
  readonly height: number;
  /** Draws everything on the cleared canvas. */
  paint(context: CanvasRenderingContext2D, canvas: HTMLCanvasElement): void;
  /** Takes a place that the visitor points at, with the mouse or a finger; with arrow keys and space. */
  onPoint?(place: Place, begins: boolean): void;
  /** Whether moving the keyboard's cursor points already, as dragging does. */
  readonly drags?: boolean;
  /** Moves of the keyboard's cursor from one side to the other. */
  readonly moves?: number;
}

const MOVES: Readonly<Record<string, Place>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const within = (value: number): number => Math.min(1 - 1e-6, Math.max(0, value));

/** A picture that can be pointed at, painted on or dragged through. */
export function Surface({
  label,
  width,
  height,
  paint,
  onPoint,
  drags = false,
  moves = 24,
}: SurfaceProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [cursor, setCursor] = useState<Place>();
  const shade = shownTheme.value;
  // What is painted depends on the whole of the props, and on the theme.
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context == null || canvas.current === null) return;
    context.clearRect(0, 0, width, height);
    paint(context, canvas.current);
    if (cursor !== undefined) paintCursor(context, canvas.current, cursor);
  }, [paint, cursor, width, height, shade]);

  if (onPoint === undefined) {
    return (
      <canvas ref={canvas} class="surface" role="img" aria-label={label} {...{ width, height }} />
    );
  }
  const point = (event: TargetedPointerEvent<HTMLDivElement>, begins: boolean) => {
    const { left, top, width: across, height: down } = event.currentTarget.getBoundingClientRect();
    onPoint(
      [within((event.clientX - left) / across), within((event.clientY - top) / down)],
      begins,
    );
  };
  const press = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const move = MOVES[event.key];
    const [x, y] = cursor ?? [0.5, 0.5];
    if (move !== undefined) {
      event.preventDefault();
      const next: Place = [within(x + move[0] / moves), within(y + move[1] / moves)];
      setCursor(next);
      if (drags) onPoint(next, false);
    } else if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      onPoint([x, y], true);
    }
  };
  return (
    <div
      class="surface takes"
      role="application"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the keyboard
      tabIndex={0}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setCursor(undefined);
        point(event, true);
      }}
      onPointerMove={(event) => {
        if (event.buttons !== 0) point(event, false);
      }}
      onKeyDown={press}
      onFocus={(event) => {
        if (event.currentTarget.matches(":focus-visible")) setCursor(cursor ?? [0.5, 0.5]);
      }}
      onBlur={() => setCursor(undefined)}
    >
      <canvas ref={canvas} {...{ width, height }} />
    </div>
  );
}

function paintCursor(
  context: CanvasRenderingContext2D,
  canvas: HTMLCanvasElement,
  [x, y]: Place,
): void {
  context.strokeStyle = getComputedStyle(canvas).getPropertyValue("--ink");
  context.lineWidth = 3;
  context.beginPath();
  context.arc(x * canvas.width, y * canvas.height, canvas.width / 40, 0, 2 * Math.PI);
  context.stroke();
}
