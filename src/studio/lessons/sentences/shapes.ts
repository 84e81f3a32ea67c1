import type { Upload } from "../../engine/upload.js";

/** Pixels a side of the pictures, and the values of a pixel: black, grey, white. */
export const SIDE = 8;
const LEVELS = 3;

/** Figures of 3 × 3. */
const FIGURES = {
  square: "111111111",
  ring: "111101111",
  plus: "010111010",
  cross: "101010101",
} as const;
const SHADES = { grey: 1, white: 2 } as const;
/** Top left corners of a figure; each may be one pixel further right and down. */
const PLACES = {
  "top left": [0, 0],
  "top right": [0, 4],
  "bottom left": [4, 0],
  "bottom right": [4, 4],
} as const;

/** Figures moved by one pixel or not, both ways. */
const MOVES = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;
/** Copies of each picture, so that an epoch is not over at once. */
const COPIES = 10;

const names = <T extends object>(table: T) => Object.keys(table) as (keyof T & string)[];

/** What a picture shows: its sentence, and the pixels of each way to draw it. */
export interface Scene {
  readonly sentence: string;
  /** Values 0 … 2 of the pixels, for each move of the figure. */
  readonly ways: readonly Uint8Array<ArrayBuffer>[];
  /** Held out: no picture of it is learned from. */
  readonly unseen: boolean;
}

/** Every combination of shade, figure and place; one of eight is held out. */
export const scenes: readonly Scene[] = names(SHADES).flatMap((shade, s) =>
  names(FIGURES).flatMap((figure, f) =>
    names(PLACES).map((place, p): Scene => {
      const [top, left] = PLACES[place];
      return {
        sentence: `a ${shade} ${figure}, ${place}`,
        ways: MOVES.map(([down, right]) =>
          drawn(FIGURES[figure], SHADES[shade], top + down, left + right),
        ),
        unseen: (f + p) % 4 === 3 && f % 2 === s,
      };
    }),
  ),
);

function drawn(figure: string, shade: number, top: number, left: number): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(SIDE ** 2);
  Array.from(figure).forEach((on, at) => {
    if (on === "1") pixels[(top + Math.floor(at / 3)) * SIDE + left + (at % 3)] = shade;
  });
  return pixels;
}

/** Captioned pictures of all scenes but those held out. */
export function uploadOfScenes(): Upload {
  const shown = scenes
    .filter(({ unseen }) => !unseen)
    .flatMap(({ sentence, ways }) => ways.map((pixels) => ({ sentence, pixels })));
  const all = Array.from({ length: COPIES }, () => shown).flat();
  const pixels = new Uint8Array(all.length * SIDE ** 2);
  all.forEach((picture, at) => {
    pixels.set(picture.pixels, at * SIDE ** 2);
  });
  return {
    kind: "images",
    name: "shapes",
    channels: 1,
    height: SIDE,
    width: SIDE,
    levels: LEVELS,
    pixels,
    captions: all.map(({ sentence }) => sentence),
  };
}

/** The scene that a picture, of values in [0, 1], is nearest to by its pixels. */
export function sceneOf(pixelsUnit: Float32Array): Scene {
  let [nearest, least] = [scenes[0], Number.POSITIVE_INFINITY];
  for (const scene of scenes) {
    for (const way of scene.ways) {
      let error = 0;
      for (let at = 0; at < way.length && error < least; at++) {
        error += (way[at] / (LEVELS - 1) - pixelsUnit[at]) ** 2;
      }
      if (error < least) [nearest, least] = [scene, error];
    }
  }
  return nearest;
}
