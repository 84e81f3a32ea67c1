import { ConfigError } from "../../core/errors.js";
import { stream } from "../../runtime/random.js";
import { likeliest } from "../classified.js";
import { klDivergence } from "../divergence.js";
import { chosenFeatures } from "../features.js";
import { InceptionScore } from "../inception-score.js";
import { intraClassDiversityTo } from "../intra-class-diversity.js";
import { ModeCoverage } from "../mode-coverage.js";
import { deviation, shareInterval, standardInterval } from "../standard-interval.js";
import type { Comparison, DescribedSet } from "./comparison.js";

const RESAMPLES = 200;
/** The probability from which an image counts as one of a mode. */
const CONFIDENT = 0.5;

export const inceptionScore: Comparison = {
  description: "Inception Score",
  needs: ["classes"],
  floor: "real",
  measure({ generated }, { seed, intervals }) {
    const { probs, classes } = classified(generated);
    const score = new InceptionScore(classes);
    score.add({ first: 0, probs });
    const { value, standardDeviation: spread } = score.result();
    const interval = intervals && {
      interval: standardInterval(value, deviation(resampledScores(probs, classes, seed))),
    };
    return [{ figure: "Inception Score", value, spread, ...interval }];
  },
};

export const modes: Comparison = {
  description: "modes found, by the extractor's classes",
  needs: ["classes"],
  floor: "unseen",
  measure({ real, generated, classShares }, { seed, intervals }) {
    const { probs, classes } = classified(generated);
    const shares = classShares ?? perClass(decided(classified(real)), classes);
    const coverage = new ModeCoverage(shares, { confidence: CONFIDENT });
    coverage.add({ probs });
    const { found, klNats, offMode } = coverage.result();
    const likeliestClass = decided({ probs, classes });
    const divergences = () =>
      resamples(likeliestClass.length, seed, (positions) =>
        klDivergence(
          perClass(
            positions.map((at) => likeliestClass[at]),
            classes,
          ),
          shares,
        ),
      );
    const off = likeliestClass.map((mode, at) =>
      Number(!(probs[at * classes + mode] >= CONFIDENT)),
    );
    return [
      { figure: "modes found", value: found, of: classes },
      {
        figure: "KL of modes",
        value: klNats,
        ...(intervals &&
          Number.isFinite(klNats) && {
            interval: standardInterval(klNats, deviation(divergences())),
          }),
      },
      {
        figure: "off every mode",
        value: offMode,
        ...(intervals && { interval: shareInterval(off) }),
      },
    ];
  },
};

export const intraClass: Comparison = {
  description: "diversity within the extractor's classes, as a share of the real images'",
  needs: ["classes"],
  floor: "unseen",
  caution: "diversity within classes counts bad draws as diverse: read it beside precision",
  measure({ real, generated }, { seed, intervals }) {
    const { features } = generated;
    const drawn = { features, classes: decided(classified(generated)) };
    const data = { features: real.features, classes: decided(classified(real)) };
    const diversityOf = intraClassDiversityTo(data);
    const { value } = diversityOf(drawn);
    const again = () =>
      resamples(features.count, seed, (positions) => {
        const classes = positions.map((at) => drawn.classes[at]);
        return diversityOf({ features: chosenFeatures(features, positions), classes }).value;
      });
    const interval = intervals && { interval: standardInterval(value, deviation(again())) };
    return [{ figure: "intra-class diversity", value, ...interval }];
  },
};

interface Classified {
  readonly probs: Float32Array;
  readonly classes: number;
}

function classified({ features, probs }: DescribedSet): Classified {
  if (probs === undefined) throw new ConfigError("this metric needs an extractor that classifies");
  return { probs, classes: probs.length / features.count };
}

const decided = ({ probs, classes }: Classified): Uint32Array =>
  Uint32Array.from({ length: probs.length / classes }, (_, image) =>
    likeliest(probs, classes, image),
  );

function perClass(decisions: Uint32Array, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (const decision of decisions) counts[decision]++;
  return counts;
}

function resamples(
  count: number,
  seed: number,
  statistic: (positions: Uint32Array) => number,
): number[] {
  const positions = new Uint32Array(count);
  return Array.from({ length: RESAMPLES }, (_, resample) => {
    stream(seed, "metrics/class-bootstrap", resample).integers(positions, count);
    return statistic(positions);
  });
}

/** Scores of images drawn again, without splits, which hardly change their spread. */
function resampledScores(probs: Float32Array, classes: number, seed: number): number[] {
  const count = probs.length / classes;
  const negentropy = Float64Array.from({ length: count }, (_, image) => {
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += plogp(probs[image * classes + c]);
    return sum;
  });
  const totals = new Float64Array(classes);
  return resamples(count, seed, (positions) => {
    totals.fill(0);
    let divergence = 0;
    for (const image of positions) {
      divergence += negentropy[image] / count;
      for (let c = 0; c < classes; c++) totals[c] += probs[image * classes + c];
    }
    for (const total of totals) divergence -= plogp(total / count);
    return Math.exp(Math.max(0, divergence));
  });
}

const plogp = (p: number): number => (p > 0 ? p * Math.log(p) : 0);
