import type { Pictures } from "../../engine/questions/question.js";

/** Free pixels between two pictures. */
const GAP = 1;

/** Draws pictures in rows, one canvas pixel for each of theirs; gaps are transparent. */
export function paintGrid(canvas: HTMLCanvasElement, pictures: Pictures, columns?: number): void {
  const { channels, height, width, count, pixelsUnit } = pictures;
  const across = columns ?? pictures.columns ?? Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / across);
  canvas.width = across * (width + GAP) - GAP;
  canvas.height = rows * (height + GAP) - GAP;
  const context = canvas.getContext("2d");
  if (context === null) return;
  const image = context.createImageData(canvas.width, canvas.height);
  const plane = height * width;
  for (let picture = 0; picture < count; picture++) {
    const left = (picture % across) * (width + GAP);
    const top = Math.floor(picture / across) * (height + GAP);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = 4 * ((top + y) * canvas.width + left + x);
        const from = picture * channels * plane + y * width + x;
        for (let channel = 0; channel < 3; channel++) {
          const value = pixelsUnit[from + (channels === 1 ? 0 : channel * plane)];
          image.data[at + channel] = 255 * value;
        }
        image.data[at + 3] = 255;
      }
    }
  }
  context.putImageData(image, 0, 0);
}
