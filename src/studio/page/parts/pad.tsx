import { useEffect, useRef, useState } from "preact/hooks";

interface PadProps {
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** [C, H, W] in [0, 1] */
  readonly pixels: Float32Array;
  /** [H · W] 1 where a pixel is shown, 0 where it is painted out; all shown where absent. */
  readonly known?: Uint8Array;
  /** Called for each pixel that the brush passes, by hand or by key. */
  onPaint(x: number, y: number): void;
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** An image to paint on: with a pointer, or with the arrow keys and the space bar. */
export function Pad({ label, width, height, channels, pixels, known, onPaint }: PadProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [cursor, setCursor] = useState<readonly [number, number]>();
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context == null) return;
    const image = context.createImageData(width, height);
    const plane = width * height;
    for (let at = 0; at < plane; at++) {
      const hidden = known?.[at] === 0;
      for (let channel = 0; channel < 3; channel++) {
        const value = pixels[(channels === 1 ? 0 : channel * plane) + at];
        image.data[4 * at + channel] = hidden ? HIDDEN[channel] : 255 * value;
      }
      image.data[4 * at + 3] = 255;
    }
    if (cursor !== undefined) {
      const at = 4 * (cursor[1] * width + cursor[0]);
      image.data.set(CURSOR, at);
    }
    context.putImageData(image, 0, 0);
  }, [width, height, channels, pixels, known, cursor]);

  const paintAt = (event: PointerEvent) => {
    if (event.buttons !== 1 || canvas.current === null) return;
    const box = canvas.current.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * width);
    const y = Math.floor(((event.clientY - box.top) / box.height) * height);
    if (x >= 0 && x < width && y >= 0 && y < height) onPaint(x, y);
  };
  const press = (event: KeyboardEvent) => {
    const [x, y] = cursor ?? [Math.floor(width / 2), Math.floor(height / 2)];
    const step = STEPS[event.key];
    if (step === undefined && event.key !== " ") return;
    event.preventDefault();
    if (step === undefined) onPaint(x, y);
    else setCursor([clamp(x + step[0], width), clamp(y + step[1], height)]);
  };
  return (
    <div
      class="pad"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes keys by its role.
      tabIndex={0}
      aria-label={label}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        paintAt(event);
      }}
      onPointerMove={paintAt}
      onKeyDown={press}
      onBlur={() => setCursor(undefined)}
    >
      <canvas ref={canvas} width={width} height={height} />
    </div>
  );
}

const HIDDEN = [99, 91, 215];
const CURSOR = [240, 120, 40, 255];

const clamp = (value: number, length: number): number => Math.min(length - 1, Math.max(0, value));
