import { z } from "zod";
import { type Annotations, classLabels } from "../../core/annotations.js";
import { stream } from "../../runtime/random.js";
import { countOption, datasetWithOptions, seedOption } from "../dataset-variants.js";
import { type ImageSet, withReader } from "../image-set.js";
import { knownSplit } from "../known-split.js";
import type { NamedDataset } from "../named-dataset.js";
import { grid, moons, ring, swissRoll } from "./densities.js";
import type { PlanarDensity } from "./density.js";
import { planeToPixels } from "./window.js";

/** As many as PacGAN trains on. */
const TRAIN = 100_000;
const TEST = 10_000;

const Options = z.strictObject({ seed: seedOption, count: countOption(TRAIN) });

/** Descriptions of a planar set. */
type Texts = Pick<NamedDataset, "title" | "note" | "origin">;

const planarDataset = (density: PlanarDensity, texts: Texts): NamedDataset =>
  datasetWithOptions(density.name, Options, ({ seed, count }, name) => {
    const splits = { train: count, test: TEST };
    return {
      ...texts,
      channels: 1,
      height: 1,
      width: 2,
      splits,
      downloadBytes: 0,
      licence: "none needed: drawn by Figment",
      density,
      isAvailable: async () => true,
      fetch: async () => undefined,
      load: async (split) =>
        planarSet(density, { name, split, seed, count: splits[knownSplit(name, splits, split)] }),
    };
  });

interface Draw {
  readonly name: string;
  readonly split: string;
  readonly seed: number;
  readonly count: number;
}

/**
 * Points of a density as images of 1×1×2. Point i depends only on the seed, the split and i.
 *
 * @throws DataError when reading an image that the set does not have
 */
function planarSet(density: PlanarDensity, { name, split, seed, count }: Draw): ImageSet {
  const { spines, sigma, window } = density;
  const draws = stream(seed, `${density.name}/${split}`);
  const spineOf = new Int32Array(count);
  draws.integers(spineOf, spines.length);
  const place = new Float64Array(1);
  const noise = new Float64Array(2);
  return withReader(
    {
      name,
      source: name,
      split,
      channels: 1,
      height: 1,
      width: 2,
      count,
      ...(spines.length > 1 && { annotations: spineClasses(density, spineOf) }),
    },
    (index, out) => {
      draws.uniform(place, index);
      draws.normal(noise, 2 * index);
      const [x, y] = spines[spineOf[index]].at(place[0]);
      out.set(planeToPixels(window, [x + sigma * noise[0], y + sigma * noise[1]]));
    },
  );
}

const spineClasses = ({ spines }: PlanarDensity, spineOf: Int32Array): Annotations =>
  classLabels(
    spineOf,
    spines.map(({ name }) => name),
  );

/** Data sets of points from known densities in the plane. */
export const planarDatasets: readonly NamedDataset[] = [
  planarDataset(ring, {
    title: "8 Gaussians on a circle",
    note: "points of the plane as images of 1×1×2; σ = 0.01; class = mode",
    origin: "as in PacGAN, arXiv:1712.04086",
  }),
  planarDataset(grid, {
    title: "25 Gaussians on a grid",
    note: "points of the plane as images of 1×1×2; σ = 0.05, 2 apart; class = mode",
    origin: "as in PacGAN, arXiv:1712.04086",
  }),
  planarDataset(swissRoll, {
    title: "a spiral with Gaussian noise",
    note: "points of the plane as images of 1×1×2; σ = 0.2",
    origin:
      "scikit-learn's make_swiss_roll in two dimensions, scaled as in FFJORD, arXiv:1810.01367",
  }),
  planarDataset(moons, {
    title: "two half circles with Gaussian noise",
    note: "points of the plane as images of 1×1×2; σ = 0.1; class = moon",
    origin: "scikit-learn's make_moons",
  }),
];
