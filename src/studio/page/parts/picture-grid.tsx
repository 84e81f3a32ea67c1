import { useEffect, useRef } from "preact/hooks";
import type { Pictures } from "../../engine/questions/question.js";
import { paintGrid } from "./paint-grid.js";

interface PictureGridProps {
  readonly pictures: Pictures | undefined;
  /** What it shows, for people who do not see it. */
  readonly label: string;
  /** Pictures per row; about a square where neither this nor the pictures say. */
  readonly columns?: number;
  /** Size to hold free before the first pictures come. */
  readonly expect?: { readonly rows: number; readonly columns: number };
}

/** Pictures in rows, each pixel a square. */
export function PictureGrid({ pictures, label, columns, expect }: PictureGridProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current !== null && pictures !== undefined) {
      paintGrid(canvas.current, pictures, columns);
    }
  }, [pictures, columns]);
  const { rows = 1, columns: wide = 1 } = expect ?? {};
  return (
    <canvas
      ref={canvas}
      class={pictures === undefined ? "pictures empty" : "pictures"}
      role="img"
      aria-label={label}
      width={wide * 10}
      height={rows * 10}
    />
  );
}
