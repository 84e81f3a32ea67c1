import type { MeanInterval } from "../metrics/mean-interval.js";
import type { AssemblyFigures } from "../runs/assembly/figures.js";
import type { FrechetToReal } from "../runs/assembly/frechet-to-real.js";
import type { PuzzleFigures } from "../runs/assembly/puzzle-figures.js";
import type { Share } from "../runs/share.js";
import { percent } from "./classification-report.js";
import { columns, figure, integer } from "./format.js";

/** What is measured of assembled images. */
export interface AssemblyReport {
  readonly figures: AssemblyFigures;
  readonly puzzle?: PuzzleFigures;
  readonly frechet?: FrechetToReal;
}

/** Tables of the figures, with 95 % intervals. */
export function assemblyTables({ figures, puzzle, frechet }: AssemblyReport): string {
  const { key, patchError, otherPatchError, diversity, realDiversity } = figures;
  const facts = [
    ...(key === undefined
      ? []
      : [
          ["mask: intersection over union", interval(key.maskIou)],
          ["patches at exactly their place", share(key.exact)],
          ["mean distance to their place, in pixels", interval(key.distance)],
        ]),
    ["mean error under the patches", interval(patchError)],
    ["… with the patches of another image", interval(otherPatchError)],
    ...(diversity === undefined
      ? []
      : [["mean difference between draws of an image", interval(diversity)]]),
    ["… between different real images", interval(realDiversity)],
    ...(frechet === undefined
      ? []
      : [
          [
            `Fréchet distance to ${integer(frechet.others)} other real images (${frechet.extractor})`,
            figure(frechet.value),
          ],
          ["… of the real images that were cut", figure(frechet.floor)],
        ]),
  ];
  if (puzzle === undefined) return columns(facts);
  const solvers = [
    ["modulo identical pieces", "direct", "neighbour", "perfect"],
    ...(["model", "greedy", "chance"] as const).map((solver) => {
      const { direct, neighbour, perfect } = puzzle[solver];
      return [SOLVERS[solver], shares(direct), shares(neighbour), share(perfect)];
    }),
  ];
  return [columns(solvers), columns(facts)].join("\n\n");
}

const SOLVERS = {
  model: "this run",
  greedy: "greedy, by best buddies",
  chance: "in random order",
} as const;

const interval = ({ mean, low, high }: MeanInterval): string =>
  `${figure(mean)} (95 %: ${figure(low)} to ${figure(high)})`;

const shares = ({ mean, low, high }: MeanInterval): string => share({ share: mean, low, high });

const share = ({ share: value, low, high }: Share): string =>
  `${percent(value)} (95 %: ${percent(low)} to ${percent(high)})`;
