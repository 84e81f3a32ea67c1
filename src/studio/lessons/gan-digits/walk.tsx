import { useCallback } from "preact/hooks";
import type { Pictures } from "../../engine/questions/question.js";
import type { Place } from "../../page/parts/place.js";
import { Surface } from "../../page/parts/surface.js";
import { SIDE } from "./noise-plane.js";

/** Canvas pixels for each pixel of a picture, and between two pictures. */
const ZOOM = 8;
const GAP = 8;

interface WalkProps {
  readonly label: string;
  readonly pictures: Pictures | undefined;
  readonly place: Place;
  onMove(place: Place): void;
}

/** The pictures of a plane, and the place in it where the visitor is. */
export function Walk({ label, pictures, place, onMove }: WalkProps) {
  const { height = 8, width = 8 } = pictures ?? {};
  const [across, down] = [width, height].map((pixels) => pixels * ZOOM + GAP);
  const paint = useCallback(
    (context: CanvasRenderingContext2D, canvas: HTMLCanvasElement) => {
      pictures?.pixelsUnit.forEach((value, at) => {
        const [picture, pixel] = [Math.floor(at / (height * width)), at % (height * width)];
        const x = (picture % SIDE) * across + (pixel % width) * ZOOM;
        const y = Math.floor(picture / SIDE) * down + Math.floor(pixel / width) * ZOOM;
        context.fillStyle = `rgb(${255 * value} ${255 * value} ${255 * value})`;
        context.fillRect(x, y, ZOOM, ZOOM);
      });
      context.strokeStyle = getComputedStyle(canvas).getPropertyValue("--series-1");
      context.lineWidth = 6;
      context.strokeRect(place[0] * canvas.width - 16, place[1] * canvas.height - 16, 32, 32);
    },
    [pictures, place, height, width, across, down],
  );
  return (
    <Surface
      label={label}
      width={SIDE * across - GAP}
      height={SIDE * down - GAP}
      paint={paint}
      onPoint={onMove}
      drags
      moves={20}
    />
  );
}
