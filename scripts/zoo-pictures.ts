import { join } from "node:path";
import { assemblyPicture } from "../src/cli/assembly-picture.js";
import { inRows, saveImages } from "../src/cli/image-output.js";
import { thereAndBack } from "../src/cli/translation.js";
import { consecutive } from "../src/core/capabilities/batches.js";
import { conditionLike } from "../src/core/capabilities/condition.js";
import { type Target, targetsFor } from "../src/core/capabilities/translate.js";
import type { LoadedModel } from "../src/core/loaded-model.js";
import { type ImageSet, readImages, subset } from "../src/data/index.js";
import { sample, saveGrid } from "../src/index.js";
import { reassembled } from "../src/runs/assembly/assembled.js";

const SAMPLES = 64;
/** Images that are translated to each target, and such that are assembled. */
const [TRANSLATED, ASSEMBLED] = [16, 12];
/** Targets that a picture shows, at most. */
const MOST_TARGETS = 6;

/**
 * Draws what a model of the zoo makes, from nothing or from test images.
 *
 * @returns  lines of the card that show it; none for a model that makes no images
 */
export async function drawPictures(
  model: LoadedModel,
  test: ImageSet,
  directory: string,
): Promise<string[]> {
  const { sample: sampler, translate, assemble } = model.model.capabilities;
  const lines: string[] = [];
  if (sampler !== undefined) {
    const { conditionedOn } = model.model;
    const condition = conditionLike(test.annotations ?? {}, SAMPLES, conditionedOn ?? []);
    const drawn = await sample(model, { count: SAMPLES, condition });
    await saveGrid(join(directory, "samples.png"), drawn, { scale: 1 });
    lines.push("![samples](samples.png)");
  }
  if (translate !== undefined) {
    const rows = [];
    for (const { target, others } of targetsOf(model, test)) {
      const set = subset(test, others.slice(0, TRANSLATED));
      const { source, translated, back } = await thereAndBack(
        model,
        set,
        targetsFor(model, set, target),
        {},
      );
      rows.push(source, translated, ...(back ? [back] : []));
    }
    await saveImages(join(directory, "translations.png"), inRows(rows), TRANSLATED);
    lines.push(
      "Rows of three for each target: test images, translations, the way back.",
      "![translations](translations.png)",
    );
  }
  if (assemble !== undefined) {
    const set = subset(test, consecutive(0, ASSEMBLED));
    const made = await reassembled(model, set, { draws: 4, seed: 0 });
    const picture = assemblyPicture(model, ASSEMBLED, made.cut, made, await readImages(set));
    await saveImages(join(directory, "assembled.png"), picture.images, picture.columns.length);
    lines.push(`From left to right: ${picture.columns.join(", ")}.`, "![assembled](assembled.png)");
  }
  return lines;
}

/** Domains or attributes to translate to, each with the test images that are not there yet. */
function targetsOf({ data, model }: LoadedModel, { annotations = {} }: ImageSet) {
  const byAttributes = model.capabilities.translate?.by === "attributes";
  const kind = byAttributes ? "attributes" : "class";
  const names = data.annotations[kind]?.names ?? [];
  const values = annotations[kind]?.values ?? [];
  const width = byAttributes ? names.length : 1;
  const isThere = (image: number, target: number) =>
    byAttributes ? values[image * width + target] > 0 : values[image] === target;
  return names.slice(0, MOST_TARGETS).map((name, target) => ({
    target: (byAttributes ? { attributes: { [name]: 1 } } : { class: name }) satisfies Target,
    others: Array.from({ length: values.length / width }, (_, image) => image).filter(
      (image) => !isThere(image, target),
    ),
  }));
}
