import type { ImageShape } from "../../../core/batch.js";
import type { BoltzmannConfig } from "./config.js";

/** Where a unit is; those of one kind are neighbours if they are near each other. */
interface Place {
  readonly row: number;
  readonly column: number;
}

/** The pairs of units that have a weight. */
export interface Connections {
  /** Numbers of units of the first kind, and of the second. */
  readonly rows: number;
  readonly columns: number;
  /** Position of each pair in a matrix of weights, row · columns + column, in ascending order. */
  readonly at: readonly number[];
}

/** Pairs i < j of pixels, or undefined where pixels are not connected to each other. */
export function betweenPixels(
  { visibleVisible, visibleRadius }: BoltzmannConfig,
  image: ImageShape,
): Connections | undefined {
  return lateral(placesOfPixels(image), visibleVisible, visibleRadius);
}

/** Pairs i < j of hidden units, or undefined where they are not connected to each other. */
export function betweenHidden(
  { hidden, hiddenHidden, hiddenRadius }: BoltzmannConfig,
  image: ImageShape,
): Connections | undefined {
  return lateral(gridOf(hidden, image).places, hiddenHidden, hiddenRadius);
}

/** Pairs of a pixel and a hidden unit; undefined for a machine without hidden units. */
export function acrossLayers(
  { hidden, visibleHidden, window }: BoltzmannConfig,
  image: ImageShape,
): Connections | undefined {
  if (hidden === 0) return undefined;
  const [pixels, units] = [placesOfPixels(image), placesOverImage(hidden, image)];
  const reach = visibleHidden === "full" ? Number.POSITIVE_INFINITY : window;
  return connect(pixels, units, (pixel, unit) => near(pixels[pixel], units[unit], reach));
}

function lateral(
  places: readonly Place[],
  connectivity: BoltzmannConfig["visibleVisible"],
  radius: number,
): Connections | undefined {
  if (connectivity === "none") return undefined;
  const reach = connectivity === "full" ? Number.POSITIVE_INFINITY : radius;
  const pairs = connect(places, places, (i, j) => i < j && near(places[i], places[j], reach));
  return pairs.at.length > 0 ? pairs : undefined;
}

function connect(
  first: readonly Place[],
  second: readonly Place[],
  connected: (i: number, j: number) => boolean,
): Connections {
  const at: number[] = [];
  for (let i = 0; i < first.length; i++) {
    for (let j = 0; j < second.length; j++) if (connected(i, j)) at.push(i * second.length + j);
  }
  return { rows: first.length, columns: second.length, at };
}

const near = (a: Place, b: Place, reach: number): boolean =>
  Math.abs(a.row - b.row) <= reach && Math.abs(a.column - b.column) <= reach;

/** Channels of a pixel share its place. */
function placesOfPixels({ channels, height, width }: ImageShape): Place[] {
  return Array.from({ length: channels * height * width }, (_, index) => ({
    row: Math.floor(index / width) % height,
    column: index % width,
  }));
}

/** Hidden units fill a grid of about the image's proportions, row after row. */
function gridOf(hidden: number, { height, width }: ImageShape) {
  const rows = Math.max(1, Math.round(Math.sqrt((hidden * height) / width)));
  const columns = Math.max(1, Math.ceil(hidden / rows));
  const places = Array.from({ length: hidden }, (_, unit) => ({
    row: Math.floor(unit / columns),
    column: unit % columns,
  }));
  return { rows, columns, places };
}

/** The grid of hidden units spread over the image, in pixels. */
function placesOverImage(hidden: number, image: ImageShape): Place[] {
  const { rows, columns, places } = gridOf(hidden, image);
  return places.map(({ row, column }) => ({
    row: ((row + 0.5) * image.height) / rows - 0.5,
    column: ((column + 0.5) * image.width) / columns - 0.5,
  }));
}

/** The matrix with these weights at the connections, and 0 elsewhere, row-major. */
export function matrixOf(
  weights: ArrayLike<number>,
  { rows, columns, at }: Connections,
): Float64Array {
  const matrix = new Float64Array(rows * columns);
  at.forEach((position, index) => {
    matrix[position] = weights[index];
  });
  return matrix;
}
