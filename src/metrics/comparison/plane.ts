import { ConfigError } from "../../core/errors.js";
import { densityDivergence } from "../planar/divergence.js";
import { SampleHistogram } from "../planar/histogram.js";
import { PlanarModes } from "../planar/modes.js";
import { shareInterval } from "../standard-interval.js";
import type { ComparedSets, Comparison, Figure, KnownPlane, MeasureOptions } from "./comparison.js";
import { pixelsOf } from "./pixels.js";

/** Pixels of planar sets are coordinates in the unit square; the sets hold them as points. */
export const plane: Comparison = {
  description: "modes, high-quality share and divergences from a known density in the plane",
  needs: ["plane", "pixels"],
  floor: "unseen",
  measure(sets, options) {
    const { plane: known } = sets;
    if (known === undefined) throw new ConfigError("the real images have no known density");
    const points = pixelsOf(sets.generated).values;
    const { density, box, massOutside } = known;
    const histogram = new SampleHistogram(density, box, { massOutside });
    histogram.add(points);
    const { reverseKlNats, jsdNats, outside } = histogram.result();
    return [
      ...modesOf(points, known, options),
      { figure: "reverse KL by cells", value: reverseKlNats },
      { figure: "JSD by cells", value: jsdNats },
      { figure: "outside the window", value: outside },
      ...exactly(sets, known),
    ];
  },
};

function modesOf(
  points: Float64Array,
  { modes }: KnownPlane,
  { intervals }: MeasureOptions,
): Figure[] {
  if (modes === undefined) return [];
  const counted = new PlanarModes(modes.centres, modes.sigma);
  counted.add(points);
  const { found, modes: all, highQuality, reverseKlNats } = counted.result();
  const near = Float64Array.from({ length: points.length / 2 }, (_, at) => {
    const one = new PlanarModes(modes.centres, modes.sigma);
    one.add(points.subarray(2 * at, 2 * at + 2));
    return one.result().highQuality;
  });
  return [
    { figure: "modes found", value: found, of: all },
    {
      figure: "within 3σ of a mode",
      value: highQuality,
      ...(intervals && { interval: shareInterval(near) }),
    },
    { figure: "reverse KL of modes", value: reverseKlNats },
  ];
}

/** Of the model's density itself, which has neither an error of sampling nor a floor. */
function exactly({ modelDensity }: ComparedSets, { density, box }: KnownPlane): Figure[] {
  if (modelDensity === undefined) return [];
  const found = densityDivergence(density, modelDensity.density, box, modelDensity.cells);
  return [
    { figure: "exact KL", value: found.klNats },
    { figure: "exact reverse KL", value: found.reverseKlNats },
    { figure: "exact JSD", value: found.jsdNats },
  ];
}
