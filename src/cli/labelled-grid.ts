import type { Annotations } from "../core/annotations.js";
import { pixelsPerImage } from "../core/batch.js";
import type { Images } from "../core/images.js";
import { drawGrid } from "../data/grid.js";
import { annotationWords } from "./annotation-words.js";
import { escaped, FONT, loadSharpWithFont } from "./font.js";

/** One line of text under an image. */
interface Line {
  readonly text: string;
  readonly style: "class" | "caption" | "attributes";
}

const COLOURS = { class: "#000000", caption: "#1f3d7a", attributes: "#666666" } as const;
/** Sizes in pixels of the picture. */
const IMAGE = 176;
const GAP = 20;
const FONT_SIZE = 17;
const LINE = 22;
/** Width of a letter. Most are narrower; wider ones reach into the gap. */
const LETTER = FONT_SIZE * 0.56;
const MOST_LINES = { class: 2, caption: 4, attributes: 4 } as const;

/**
 * Draws a PNG of images row by row, each above its class, caption and attributes.
 *
 * @param annotations  annotations of the images, in order
 * @param columns      images per row
 */
export async function drawLabelledGrid(
  images: Images,
  annotations: Annotations,
  columns: number,
): Promise<Buffer> {
  const { count, height, width } = images;
  const scale = Math.max(1, Math.ceil(IMAGE / Math.max(height, width)));
  const cell = Math.max(IMAGE, width * scale);
  const letters = Math.floor(cell / LETTER);
  const lines = Array.from({ length: count }, (_, at) => linesUnder(annotations, at, letters));
  const across = Math.min(columns, count);
  const tops = [GAP];
  for (let first = 0; first < count; first += across) {
    const most = Math.max(...lines.slice(first, first + across).map((under) => under.length));
    tops.push(tops.at(-1)! + height * scale + LINE * most + GAP);
  }
  const cells = lines.map((under, at) => ({
    under,
    left: GAP + (at % across) * (cell + GAP),
    top: tops[Math.floor(at / across)],
  }));
  const size = { width: GAP + across * (cell + GAP), height: tops.at(-1)! };
  const frame = { width: width * scale + 1, height: height * scale + 1 };
  const marks = cells.flatMap(({ under, left, top }) => [
    `<rect x="${left - 0.5}" y="${top - 0.5}" width="${frame.width}" height="${frame.height}" fill="none" stroke="#d0d0d0"/>`,
    ...under.map(
      ({ text, style }, line) =>
        `<text x="${left}" y="${top + height * scale + LINE * (line + 1)}" fill="${COLOURS[style]}">${escaped(text)}</text>`,
    ),
  ]);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" ` +
    `font-family="${FONT}, sans-serif" font-size="${FONT_SIZE}">${marks.join("")}</svg>`;
  const sharp = await loadSharpWithFont();
  return sharp({ create: { ...size, channels: 3, background: "#ffffff" } })
    .composite([
      ...cells.map(({ left, top }, at) => {
        const { bytes, ...raw } = enlarged(images, at, scale);
        return { input: Buffer.from(bytes), raw, left, top };
      }),
      { input: Buffer.from(svg), left: 0, top: 0 },
    ])
    .png()
    .toBuffer();
}

/** Enlarges an image so that its pixels become squares. */
function enlarged(images: Images, at: number, scale: number) {
  const size = pixelsPerImage(images);
  const pixelsUnit = images.pixelsUnit.subarray(at * size, (at + 1) * size);
  return drawGrid({ ...images, count: 1, pixelsUnit }, { columns: 1, padding: 0, scale });
}

/** The annotations of an image, in lines of at most `letters` letters. */
function linesUnder(annotations: Annotations, at: number, letters: number): Line[] {
  const words = annotationWords(annotations, at);
  const texts = { ...words, attributes: words.attributes?.join(", ") };
  return (["class", "caption", "attributes"] as const).flatMap((style) =>
    wrapped(texts[style] ?? "", letters, MOST_LINES[style]).map((text) => ({ text, style })),
  );
}

/** Breaks a text between words; an ellipsis replaces what does not fit the last line. */
export function wrapped(text: string, letters: number, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ").filter((part) => part !== "")) {
    const line = lines.at(-1);
    const longer = line === undefined ? word : `${line} ${word}`;
    if (line !== undefined && longer.length <= letters) lines[lines.length - 1] = longer;
    else {
      lines.push(word);
    }
  }
  const cut = (line: string) => (line.length > letters ? `${line.slice(0, letters - 1)}…` : line);
  const kept = lines.slice(0, most);
  if (lines.length > most) kept[most - 1] = `${kept[most - 1].slice(0, letters - 2)} …`;
  return kept.map(cut);
}
