import type { ImageShape } from "../../../core/batch.js";
import type { PatchPlaces } from "../../../core/capability.js";
import { ConfigError } from "../../../core/errors.js";
import type { PuzzleGanConfig } from "./config.js";

/** The shorter side of an image over that of a key patch, unless the configuration says. */
const SHARE = 7 / 2;
/** The fewest pixels a side of a patch. */
const LEAST = 2;

/**
 * Where the patches of images can lie: anywhere, or in the cells of a grid.
 *
 * @throws ConfigError when patches are larger than the images, or a grid leaves nothing of its pieces
 */
export function placesOf(config: PuzzleGanConfig, shape: ImageShape): PatchPlaces {
  const { patches, grid } = config;
  if (grid > 0) return puzzlePlaces(config, shape);
  const { height, width } = shape;
  const side = config.side || Math.max(LEAST, Math.round(Math.min(height, width) / SHARE));
  if (side < LEAST || side > Math.min(height, width)) {
    throw new ConfigError(
      `puzzle-gan: patches of ${side}×${side} do not fit images of ${height}×${width}; set side from ${LEAST} to ${Math.min(height, width)}`,
    );
  }
  const upTo = (last: number) => Array.from({ length: last + 1 }, (_, at) => at);
  return {
    patches,
    side: [side, side],
    tops: upTo(height - side),
    lefts: upTo(width - side),
    puzzle: false,
  };
}

/** Cells of a grid in the middle of the image, as large as fit. */
function puzzlePlaces(
  { grid, erosion }: PuzzleGanConfig,
  { height, width }: ImageShape,
): PatchPlaces {
  if (grid === 1)
    throw new ConfigError("puzzle-gan: a grid of 1 × 1 is no puzzle; set grid from 2");
  const along = (length: number) => {
    const cell = Math.floor(length / grid);
    const first = Math.floor((length - cell * grid) / 2) + erosion;
    return {
      side: cell - 2 * erosion,
      firsts: Array.from({ length: grid }, (_, at) => first + at * cell),
    };
  };
  const [rows, columns] = [along(height), along(width)];
  if (Math.min(rows.side, columns.side) < LEAST) {
    throw new ConfigError(
      `puzzle-gan: of images of ${height}×${width}, a grid of ${grid} × ${grid} with erosion ${erosion} leaves pieces of less than ${LEAST} pixels; set grid or erosion lower`,
    );
  }
  return {
    patches: grid ** 2,
    side: [rows.side, columns.side],
    tops: rows.firsts,
    lefts: columns.firsts,
    puzzle: true,
  };
}
