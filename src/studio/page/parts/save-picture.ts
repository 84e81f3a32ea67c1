import type { Pictures } from "../../engine/questions/question.js";
import { paintGrid } from "./paint-grid.js";
import { saveFile } from "./save-file.js";

/** Longest side that small pictures are enlarged to, by whole factors. */
const SIDE = 1024;

/** Saves pictures as a PNG, each of their pixels a square. */
export async function savePicture(pictures: Pictures, name: string): Promise<void> {
  const small = document.createElement("canvas");
  paintGrid(small, pictures);
  const factor = Math.max(1, Math.floor(SIDE / Math.max(small.width, small.height)));
  const large = document.createElement("canvas");
  large.width = small.width * factor;
  large.height = small.height * factor;
  const context = large.getContext("2d");
  if (context === null) return;
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, large.width, large.height);
  const blob = await new Promise<Blob | null>((resolve) => {
    large.toBlob(resolve, "image/png");
  });
  if (blob !== null) saveFile(blob, name);
}
