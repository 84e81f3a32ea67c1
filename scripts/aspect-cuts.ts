/**
 * Finds where pixel measures divide the values of an aspect, on training images only: the cuts of
 * src/metrics/aspects/scenes-judges.ts and shapes-judges.ts.
 *
 *   npx tsx scripts/aspect-cuts.ts [IMAGES]   # of each data set, 5,000 by default
 *
 * A cut names the most training images right; of equally good ones it is in the middle. Cuts are
 * rounded to 0.01.
 */
import { type ImageSet, readImages } from "../src/data/image-set.js";
import { loadDataset } from "../src/data/index.js";
import { type InkFigure, inkFigure } from "../src/metrics/aspects/figure.js";
import { meanRadius } from "../src/metrics/aspects/size.js";
import { leanOf } from "../src/metrics/aspects/slant.js";
import { penRadius } from "../src/metrics/aspects/stroke.js";

const count = Number(process.argv[2] ?? 5_000);

interface Measured {
  readonly value: number;
  readonly has: (attribute: string) => boolean;
}

async function measured(
  name: string,
  measure: (figure: InkFigure) => number,
): Promise<readonly Measured[]> {
  const set = await loadDataset(name, { split: "train" });
  const found: Measured[] = [];
  for (let image = 0; image < Math.min(count, set.count); image++) {
    const figure = inkFigure((await readImages(set, [image])).pixelsUnit, set);
    if (figure !== undefined) found.push({ value: measure(figure), has: attributesOf(set, image) });
  }
  return found;
}

function attributesOf({ annotations }: ImageSet, image: number): Measured["has"] {
  const { names = [], values = new Float32Array() } = annotations?.attributes ?? {};
  return (attribute) => values[image * names.length + names.indexOf(attribute)] === 1;
}

/** The best cut between images of one value and of the next greater one. */
function cut(images: readonly Measured[], below: string, above: string): string {
  const both = images.filter(({ has }) => has(below) || has(above));
  both.sort((a, b) => a.value - b.value);
  // Right below the first image, all count as above.
  let right = both.filter(({ has }) => has(above)).length;
  let best = { right, from: Number.NEGATIVE_INFINITY, to: both[0].value };
  for (const [at, { has, value }] of both.entries()) {
    right += has(below) ? 1 : -1;
    const to = both[at + 1]?.value ?? Number.POSITIVE_INFINITY;
    if (right > best.right) best = { right, from: value, to };
    else if (right === best.right) best = { ...best, to };
  }
  const share = ((100 * best.right) / both.length).toFixed(2);
  return `${below} < ${((best.from + best.to) / 2).toFixed(2)} <= ${above}: ${share} % of ${both.length} right`;
}

const scenes = async (measure: (figure: InkFigure) => number) => [
  ...(await measured("scenes", measure)),
  ...(await measured("scenes-digits", measure)),
];
const sizes = await measured("shapes", meanRadius);
for (const line of [
  cut(await scenes(penRadius), "thin", "thick"),
  cut(await scenes(leanOf), "upright", "slanted"),
  cut(sizes, "small", "medium"),
  cut(sizes, "medium", "large"),
]) {
  process.stdout.write(`${line}\n`);
}
