import type { Images } from "../core/images.js";
import { drawGrid } from "../data/grid.js";
import { escaped, FONT, loadSharpWithFont } from "./font.js";

/** Images of one model. */
export interface ModelRow {
  readonly label: string;
  readonly images: Images;
}

const GAP = 10;
const FONT_SIZE = 17;
/** Width of a letter; most are narrower. */
const LETTER = FONT_SIZE * 0.6;
const MOST_LETTERS = 44;

/** Draws a PNG with a row of images for each model, beside its label. */
export async function drawModelRows(rows: readonly ModelRow[]): Promise<Buffer> {
  const grids = rows.map(({ images }) => drawGrid(images, { columns: images.count }));
  const labels = rows.map(({ label }) =>
    label.length > MOST_LETTERS ? `…${label.slice(1 - MOST_LETTERS)}` : label,
  );
  const left = 2 * GAP + Math.ceil(LETTER * Math.max(...labels.map(({ length }) => length)));
  const tops = [GAP];
  for (const { height } of grids) tops.push((tops.at(-1) as number) + height + GAP);
  const size = {
    width: left + Math.max(...grids.map(({ width }) => width)) + GAP,
    height: tops.at(-1) as number,
  };
  const texts = labels.map((label, at) => {
    const middle = tops[at] + grids[at].height / 2 + FONT_SIZE / 3;
    return `<text x="${GAP}" y="${middle}">${escaped(label)}</text>`;
  });
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" ` +
    `font-family="${FONT}, sans-serif" font-size="${FONT_SIZE}">${texts.join("")}</svg>`;
  const sharp = await loadSharpWithFont();
  return sharp({ create: { ...size, channels: 3, background: "#ffffff" } })
    .composite([
      ...grids.map(({ bytes, ...raw }, at) => ({
        input: Buffer.from(bytes),
        raw,
        left,
        top: tops[at],
      })),
      { input: Buffer.from(svg), left: 0, top: 0 },
    ])
    .png()
    .toBuffer();
}
