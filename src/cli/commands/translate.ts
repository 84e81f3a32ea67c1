import { extname } from "node:path";
import type { Command } from "commander";
import { consecutive } from "../../core/capabilities/batches.js";
import { type Target, targetsFor } from "../../core/capabilities/translate.js";
import { requireCapability } from "../../core/loaded-model.js";
import { type ImageSet, subset } from "../../data/image-set.js";
import { domainOfImage } from "../../data/union.js";
import {
  type CounterfactualFigures,
  counterfactualFigures,
  hasCounterfactuals,
} from "../../runs/counterfactuals.js";
import { type PairFigures, pairFigures } from "../../runs/hidden-pairs.js";
import type { Share } from "../../runs/share.js";
import type { OpenRun } from "../../training/load-run.js";
import { act } from "../action.js";
import { percent } from "../classification-report.js";
import { attributeValues } from "../condition.js";
import { UsageError } from "../errors.js";
import { columns, figure, plural } from "../format.js";
import { galleryPage } from "../gallery.js";
import { firstShown, imageFormat, inRows, saveImages } from "../image-output.js";
import { idOf, imagesFor, type PickChoice, picked } from "../images.js";
import { openJudge } from "../judge.js";
import {
  addImageOptions,
  addRunOptions,
  type ImageChoice,
  imageNumbers,
  type RunChoice,
  wholeNumber,
} from "../options.js";
import { prepareOutput, writeOutput } from "../output-file.js";
import { withRun } from "../run.js";
import {
  type ClassKeeping,
  CYCLE_TEST,
  classKeeping,
  type Translation,
  type TranslationFigures,
  thereAndBack,
} from "../translation.js";
import { showWork } from "../work.js";

interface TranslateChoice extends RunChoice, ImageChoice, PickChoice {
  readonly to?: string;
  readonly attributes?: string;
  readonly judge?: string;
  readonly out: string;
}

/** Images to show in a picture, and in a page. */
const SHOWN = { picture: 16, page: 100 };
const PAGE = ".html";

export function translate(command: Command): void {
  addImageOptions(addRunOptions(command))
    .option("--to <domain>", "the domain that images are to be of, such as digits")
    .option(
      "--attributes <list>",
      "the attributes that images are to have, such as glasses=1,beard=0; others stay",
    )
    .option("-n, --count <n>", "use the first n images", wholeNumber(1), 100)
    .option("--images <numbers>", "use these images instead, such as 0,5,9", imageNumbers)
    .option(
      "--judge <run>",
      "a classifier, as a directory or zoo:NAME: measures how many images keep their class",
    )
    .option(
      "--out <file>",
      `a .png of the first ${SHOWN.picture}: images, translations, the way back; a .html page of the first ${SHOWN.page}; or a .npy of all translations`,
      "translated.png",
    );
  act(command, async (context, options: TranslateChoice, reference: string, files: string[]) => {
    const { out, judge } = options;
    const target = targetOf(options);
    if (extname(out).toLowerCase() !== PAGE) imageFormat(out);
    await prepareOutput(out);
    await withRun(reference, options, context, async (run) => {
      const { name, record, step, model } = run;
      requireCapability(model, "translate");
      const given = await imagesFor(run, files, options, context);
      const domain = domainOf(run, given, target);
      const set = picked(domain === undefined ? given : outside(given, domain), options);
      const targets = targetsFor(model, set, target);
      const judging = judge === undefined ? undefined : await openJudge(judge, options, set);
      try {
        const translation = await showWork(context, "translating", (work) =>
          thereAndBack(model, set, targets, work),
        );
        const kept =
          judging &&
          (await showWork(context, "judging", (work) =>
            classKeeping(judging.model, set, translation, work),
          ));
        const exact =
          "attributes" in target && hasCounterfactuals(set)
            ? await counterfactualFigures(set, translation.translated, target.attributes)
            : undefined;
        const pairs =
          domain === undefined
            ? undefined
            : await pairFigures(
                { sources: set, translated: translation.translated },
                {
                  whole: given,
                  training: () => imagesFor(run, [], { split: "train" }, context),
                },
                domain,
              );
        const facts = [
          ...factsOf(translation.figures, kept),
          ...exactFacts(exact),
          ...pairFacts(pairs),
        ];
        const title = `${set.name} ${described(target)}, by ${record.model} (${name}, step ${step})`;
        await save(out, translation, set, { title, facts });
        context.output.result(
          {
            run: name,
            model: record.model,
            step,
            out,
            count: set.count,
            ...target,
            ...translation.figures,
            ...(translation.back && { cycleTest: CYCLE_TEST }),
            ...(exact && { counterfactuals: exact }),
            ...(pairs && { pairs }),
            ...(kept && { judge, kept }),
          },
          [`wrote ${out}: ${plural(set.count, "image")} of ${title}`, columns(facts)].join("\n\n"),
        );
      } finally {
        await judging?.close();
      }
    });
  });
}

/** @throws UsageError when a target is missing, or two are given */
function targetOf({ to, attributes }: TranslateChoice): Target {
  if ((to === undefined) === (attributes === undefined)) {
    throw new UsageError(
      "say what the images are to become: --to DOMAIN, or --attributes such as glasses=1,beard=0",
    );
  }
  return to === undefined ? { attributes: attributeValues(attributes ?? "") } : { class: to };
}

const described = (target: Target): string =>
  "class" in target
    ? `to ${target.class}`
    : `with ${Object.entries(target.attributes)
        .map(([name, value]) => `${name}=${value}`)
        .join(",")}`;

/** The target where it is a domain of the union that the run learned and the images are of. */
function domainOf({ model }: OpenRun, set: ImageSet, target: Target): string | undefined {
  const names = set.isUnion ? set.annotations?.class?.names : undefined;
  if (names === undefined || !("class" in target)) return undefined;
  const domain = String(target.class);
  const known = model.data.annotations.class?.names.join() === names.join();
  return known && names.includes(domain) ? domain : undefined;
}

/** The images of a union that are not of a domain. */
const outside = (union: ImageSet, domain: string): ImageSet =>
  subset(
    union,
    consecutive(0, union.count).filter((image) => domainOfImage(union, image) !== domain),
  );

function factsOf(
  { change, cycle }: TranslationFigures,
  kept: ClassKeeping | undefined,
): string[][] {
  const { sigma, quality } = CYCLE_TEST;
  const of = kept?.known ? "its true class" : "the class that the judge gives the image";
  return [
    ["mean change of a pixel", figure(change)],
    ...(cycle === undefined
      ? []
      : [
          ["mean error of the way back", figure(cycle.clean)],
          [`… with noise of ${sigma} on the translations`, figure(cycle.noisy)],
          [`… through JPEG of quality ${quality}`, figure(cycle.jpeg)],
        ]),
    ...(kept === undefined
      ? []
      : [
          ...(kept.known ? [["judged right: images", share(kept.source)]] : []),
          [`keeps ${of}: translations`, share(kept.translated)],
          ...(kept.back ? [[`keeps ${of}: ways back`, share(kept.back)]] : []),
        ]),
  ];
}

function exactFacts(exact: CounterfactualFigures | undefined): string[][] {
  if (exact === undefined) return [];
  const { count, error, identityError, formError, reached, othersUnchanged } = exact;
  return [
    [`mean error to the exact image, of ${count}`, figure(error)],
    ["… of the image unchanged", figure(identityError)],
    ["… to the nearest form of what was asked", figure(formError)],
    ["reaches what was asked", share(reached)],
    ...(othersUnchanged === undefined
      ? []
      : [["leaves another attribute as it is", share(othersUnchanged)]]),
  ];
}

function pairFacts(pairs: PairFigures | undefined): string[][] {
  if (pairs === undefined) return [];
  const { count, error, identityError, neighbourError, nearer } = pairs;
  return [
    [`mean error to the true pair, of ${count}`, figure(error)],
    ["… of the image unchanged", figure(identityError)],
    ["… of the nearest training image of the domain", figure(neighbourError)],
    ["nearer to the pair than the image unchanged", share(nearer)],
  ];
}

const share = ({ share: value, low, high }: Share) =>
  `${percent(value)} (95 %: ${percent(low)} to ${percent(high)})`;

async function save(
  out: string,
  { source, translated, back }: Translation,
  set: ImageSet,
  { title, facts }: { readonly title: string; readonly facts: readonly string[][] },
): Promise<void> {
  if (extname(out).toLowerCase() !== PAGE) {
    if (imageFormat(out) === ".npy") return saveImages(out, translated);
    const rows = [source, translated, ...(back ? [back] : [])].map((images) =>
      firstShown(images, SHOWN.picture),
    );
    return saveImages(out, inRows(rows), Math.min(SHOWN.picture, set.count));
  }
  const count = Math.min(SHOWN.page, set.count);
  const page = await galleryPage({
    title,
    facts: facts.map((fact) => fact.join(": ")),
    columns: [
      { name: "image", images: source },
      { name: "translation", images: translated },
      ...(back ? [{ name: "way back", images: back }] : []),
    ].map(({ name, images }) => ({ name, images: firstShown(images, SHOWN.page) })),
    labels: Array.from({ length: count }, (_, index) => idOf(set, index)),
  });
  await writeOutput(out, async (file) => {
    await file.writeFile(page);
  });
}
