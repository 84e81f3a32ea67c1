import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import {
  authenticity,
  cmmd,
  FeatureMoments,
  type Features,
  frechetDistance,
  kernelDistance,
  mind,
  precisionRecall,
} from "../src/metrics/index.js";
import { stream } from "../src/runtime/random.js";

const HELP = `npx tsx bench/metrics.ts [options]

Times the metrics on features drawn by chance, on one thread, by the clock and by the processor, which tell
a busy machine from a slow metric. Frechet distances are of the moments, which are timed apart.

  --images N    of each set (10000)
  --widths N,N  of the features (64,256,2048); above 512 only moments and Frechet distance are timed
`;

const { values: options } = parseArgs({
  options: {
    images: { type: "string", default: "10000" },
    widths: { type: "string", default: "64,256,2048" },
    help: { type: "boolean", default: false },
  },
});

function drawn(name: string, count: number, width: number): Features {
  const values = new Float64Array(count * width);
  stream(0, name).normal(values);
  return { count, width, values: values.map(Math.fround) };
}

function timed<R>(what: string, run: () => R): R {
  const [start, before] = [performance.now(), process.cpuUsage()];
  const result = run();
  const { user, system } = process.cpuUsage(before);
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(2).padStart(6);
  const processor = seconds((user + system) / 1000);
  console.log(
    `  ${what.padEnd(42)} ${seconds(performance.now() - start)} s, of the processor ${processor} s`,
  );
  return result;
}

function moments(features: Features) {
  const gathered = new FeatureMoments(features.width);
  gathered.add({ first: 0, values: features.values });
  return gathered.result();
}

if (options.help) {
  console.log(HELP);
} else {
  const images = Number(options.images);
  const load = loadavg()[0].toFixed(1);
  console.log(`${availableParallelism()} cores, load ${load}, Node ${process.version}`);
  for (const width of options.widths.split(",").map(Number)) {
    console.log(`${images} images against ${images}, ${width} features`);
    const real = drawn("real", images, width);
    const fake = drawn("fake", images, width);
    const ofReal = timed("moments of one set", () => moments(real));
    const ofFake = moments(fake);
    timed("Frechet distance", () => frechetDistance(ofReal, ofFake));
    if (width > 512) continue;
    timed("kernel distance, 100 subsets of 1,000", () => kernelDistance(real, fake));
    timed("CMMD", () => cmmd(real, fake));
    timed("precision, recall, density and coverage", () => precisionRecall(real, fake));
    timed("MIND, 1,024 directions", () => mind(real, fake));
    timed("authenticity", () => authenticity(real, fake));
  }
}
