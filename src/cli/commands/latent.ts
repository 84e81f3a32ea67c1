import { extname } from "node:path";
import type { Command } from "commander";
import { type Codes, encode, encodeBatches } from "../../core/capabilities/codes.js";
import { DataError } from "../../core/errors.js";
import type { LoadedModel, WorkOptions } from "../../core/loaded-model.js";
import type { ImageSet } from "../../data/image-set.js";
import { principalComponents } from "../../metrics/projection/principal-components.js";
import type { Projection } from "../../metrics/projection/projection.js";
import { umap } from "../../metrics/projection/umap.js";
import { act } from "../action.js";
import { requireChart, saveChart } from "../chart.js";
import { UsageError } from "../errors.js";
import { plural } from "../format.js";
import { streamNpy } from "../image-output.js";
import { firstOf, imagesFor } from "../images.js";
import { latentChart } from "../latent-chart.js";
import {
  addImageOptions,
  addRunOptions,
  choice,
  type ImageChoice,
  type RunChoice,
  wholeNumber,
} from "../options.js";
import { prepareOutput } from "../output-file.js";
import { withRun } from "../run.js";
import { showWork } from "../work.js";

/** Codes in a picture, where the count is not given. */
const PICTURE_COUNT = 2000;

interface LatentChoice extends RunChoice, ImageChoice {
  readonly count?: number;
  readonly projection?: "none" | "pca" | "umap";
  readonly seed: number;
  readonly out: string;
}

export function latent(command: Command): void {
  addImageOptions(addRunOptions(command))
    .option(
      "-n, --count <n>",
      `encode the first n images (default: ${PICTURE_COUNT} in a picture, all in an array)`,
      wholeNumber(2),
    )
    .addOption(
      choice(
        "--projection <name>",
        "how a picture shows codes in the plane (default: none for codes of two numbers, else pca)",
        ["none", "pca", "umap"],
      ),
    )
    .option("--seed <n>", "of umap", wholeNumber(0), 0)
    .option("--out <file>", "a .png or .svg, or a .npy with the codes themselves", "latent.png");
  act(command, async (context, options: LatentChoice, reference: string, files: string[]) => {
    const { out } = options;
    const isArray = extname(out).toLowerCase() === ".npy";
    if (!isArray) requireChart(out);
    await prepareOutput(out);
    await withRun(reference, options, context, async (run) => {
      const { name, record, step, model } = run;
      const all = await imagesFor(run, files, options, context);
      const set = firstOf(all, options.count ?? (isArray ? all.count : PICTURE_COUNT));
      const facts = { run: name, model: record.model, step, out, count: set.count };
      if (isArray) {
        const length = await showWork(context, "encoding", (work) =>
          saveCodes(out, model, set, work),
        );
        context.output.result(
          { ...facts, length },
          `wrote ${out}: codes of ${length} numbers of ${plural(set.count, "image")} of ${set.name} (${record.model}, ${name}, step ${step})`,
        );
        return;
      }
      if (options.projection === "none") requirePlane(await encode(model, firstOf(set, 1), {}));
      const codes = await showWork(context, "encoding", (work) => encode(model, set, work));
      const how = options.projection ?? (codes.length === 2 ? "none" : "pca");
      const projection = await showWork(context, `placing by ${how}`, (work) =>
        project(codes, how, { ...work, seed: options.seed }),
      );
      const title = `${plural(set.count, "code")} of ${record.model} (${name}), ${set.name}`;
      await saveChart(out, latentChart({ title, how, projection, annotations: set.annotations }));
      context.output.result(
        { ...facts, length: codes.length, projection: how, varianceShares: projection.shares },
        `wrote ${out}: ${title}, ${described(how, projection)} (step ${step})`,
      );
    });
  });
}

/** Writes codes as an array [N, Z], batch by batch, and returns Z. */
async function saveCodes(
  path: string,
  model: LoadedModel,
  set: ImageSet,
  work: WorkOptions,
): Promise<number> {
  const batches = encodeBatches(model, set, work);
  const { value: first } = await batches.next();
  if (first === undefined) throw new DataError(`${set.name} has no images to encode`);
  await streamNpy(
    path,
    [set.count, first.length],
    (async function* () {
      yield first.values;
      for await (const { values } of batches) yield values;
    })(),
  );
  return first.length;
}

async function project(
  { count, length, values }: Codes,
  how: "none" | "pca" | "umap",
  options: WorkOptions & { readonly seed: number },
): Promise<Projection> {
  const features = { count, width: length, values: Float64Array.from(values) };
  if (how === "umap") return umap(features, options);
  if (how === "pca") return principalComponents(features);
  return { points: features.values, shares: null };
}

/** @throws UsageError for codes that cannot be drawn in the plane as they are */
function requirePlane({ length }: Codes): void {
  if (length === 2) return;
  throw new UsageError(`codes of ${length} numbers need --projection pca or umap to be drawn`);
}

function described(how: string, { shares }: Projection): string {
  if (shares === null) return how === "none" ? "both numbers as they are" : `by ${how}`;
  return `by ${how}, which shows ${Math.round(100 * (shares[0] + shares[1]))} % of the variance`;
}
