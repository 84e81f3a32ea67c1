import type { Command } from "commander";
import { encode } from "../../core/capabilities/codes.js";
import {
  captionEmbeddings,
  captionProbabilities,
  captionWords,
  type Similarities,
  similarities,
} from "../../core/capabilities/match.js";
import { requireCapability } from "../../core/loaded-model.js";
import { decodeCaption } from "../../core/text.js";
import type { ImageSet } from "../../data/image-set.js";
import { retrieval } from "../../metrics/retrieval.js";
import { wilsonInterval } from "../../metrics/wilson.js";
import type { OpenRun } from "../../training/load-run.js";
import { act, type Context } from "../action.js";
import { conditionOf } from "../condition.js";
import { UsageError } from "../errors.js";
import { columns, figure, percent, plural } from "../format.js";
import { firstOf, idOf, imagesFor } from "../images.js";
import {
  addImageOptions,
  addRunOptions,
  collect,
  type ImageChoice,
  type RunChoice,
  wholeNumber,
} from "../options.js";
import { withRun } from "../run.js";
import { showWork } from "../work.js";

interface RankChoice extends RunChoice, ImageChoice {
  readonly prompt?: readonly string[];
  readonly prompts?: string;
  readonly limit: number;
  readonly top: number;
  readonly among: number;
}

export function rank(command: Command): void {
  addImageOptions(addRunOptions(command))
    .option("--prompt <text>", "a caption to compare images with; can be repeated", collect)
    .option("--prompts <file>", "file of captions, one per line")
    .option("--limit <n>", "use only the first n images", wholeNumber(1), 1000)
    .option("--top <n>", "show so many of the best", wholeNumber(1), 5)
    .option(
      "--among <n>",
      "without captions: how often an image finds its own among so many, and a caption its image",
      wholeNumber(2),
      100,
    );
  act(command, async (context, options: RankChoice, reference: string, files: string[]) => {
    const { caption: captions } = await conditionOf(options);
    await withRun(reference, options, context, async (run) => {
      requireCapability(run.model, "match");
      const images = firstOf(await imagesFor(run, files, options, context), options.limit);
      if (captions === undefined) await showRetrieval(context, run, images, options.among);
      else await showRanking(context, run, images, captions, options.top);
    });
  });
}

async function showRanking(
  context: Context,
  run: OpenRun,
  images: ImageSet,
  captions: readonly string[],
  top: number,
): Promise<void> {
  const found = await showWork(context, "comparing", (work) =>
    similarities(run.model, images, captions, work),
  );
  const probabilities = captionProbabilities(found);
  const of = (image: number, caption: number) => image * captions.length + caption;
  const byImage = Array.from({ length: images.count }, (_, image) => ({
    image: idOf(images, image),
    captions: best(captions.length, top, (caption) => found.cosines[of(image, caption)]).map(
      (caption) => ({
        caption: captions[caption],
        cosine: found.cosines[of(image, caption)],
        probability: probabilities[of(image, caption)],
      }),
    ),
  }));
  const byCaption = captions.map((caption, number) => ({
    caption,
    images: best(images.count, top, (image) => found.cosines[of(image, number)]).map((image) => ({
      image: idOf(images, image),
      cosine: found.cosines[of(image, number)],
    })),
  }));
  const { name, record, step } = run;
  context.output.result(
    { run: name, model: record.model, step, scale: found.scale, byCaption, byImage },
    [
      ...(images.count > 1 || captions.length === 1 ? byCaption.map(captionTable) : []),
      ...(captions.length > 1 ? [imageTable(byImage.slice(0, 20), images.count, found)] : []),
    ].join("\n\n"),
  );
}

interface OfCaption {
  readonly caption: string;
  readonly images: readonly { readonly image: string; readonly cosine: number }[];
}

const captionTable = ({ caption, images }: OfCaption): string =>
  `"${caption}"\n${columns(images.map(({ image, cosine }) => [`  ${image}`, figure(cosine)]))}`;

interface OfImage {
  readonly image: string;
  readonly captions: readonly { readonly caption: string; readonly probability: number }[];
}

const imageTable = (rows: readonly OfImage[], count: number, { scale }: Similarities): string =>
  [
    columns([
      ["image", "caption", "probability"],
      ...rows.map(({ image, captions: [first] }) => [
        image,
        `"${first.caption}"`,
        percent(first.probability),
      ]),
    ]),
    ...(rows.length < count ? [`and ${plural(count - rows.length, "more image")}: --json`] : []),
    `probabilities of these captions, if one of them is right; scale ${figure(scale)}`,
  ].join("\n");

async function showRetrieval(
  context: Context,
  { model, name, record, step }: OpenRun,
  images: ImageSet,
  among: number,
): Promise<void> {
  const { caption } = images.annotations ?? {};
  if (caption === undefined) {
    throw new UsageError(`${images.name} has no captions; give some: --prompt`);
  }
  const texts = Array.from({ length: images.count }, (_, image) =>
    decodeCaption(
      caption.values.subarray(image * caption.length, (image + 1) * caption.length),
      caption,
    ),
  );
  const ofCaptions = await captionEmbeddings(model, captionWords(model, texts));
  const { values: ofImages } = await showWork(context, "comparing", (work) =>
    encode(model, images, work),
  );
  const found = retrieval(ofImages, ofCaptions, texts, among);
  const { count } = found;
  const share = (hits: number) => {
    const { low, high } = wilsonInterval(hits, count);
    return { share: hits / count, low, high };
  };
  const directions = {
    imageToCaption: share(found.imageToCaption),
    captionToImage: share(found.captionToImage),
  };
  const text = ({ share: value, low, high }: ReturnType<typeof share>) =>
    `${percent(value)} (${percent(low)} to ${percent(high)})`;
  context.output.result(
    { run: name, model: record.model, step, images: count, among, ...directions },
    columns([
      [`R@1 of ${among}`, `${plural(count, "image")} of ${images.name}, ${images.split}`],
      ["image to caption", text(directions.imageToCaption)],
      ["caption to image", text(directions.captionToImage)],
      ["chance", percent(1 / among)],
    ]),
  );
}

/** The places of the largest values, largest first. */
const best = (count: number, top: number, value: (at: number) => number): number[] =>
  Array.from({ length: count }, (_, at) => at)
    .sort((a, b) => value(b) - value(a) || a - b)
    .slice(0, top);
