import { type Condition, conditionLike } from "../core/capabilities/condition.js";
import type { Images } from "../core/images.js";
import type { WorkOptions } from "../core/loaded-model.js";
import type { ImageSet } from "../data/image-set.js";
import { type ConditionJudgement, judgeConditions } from "../runs/condition-judgement.js";
import { drawnFrom } from "../runs/judged-images.js";
import type { OpenRun } from "../training/load-run.js";
import type { Context } from "./action.js";
import { percent } from "./classification-report.js";
import { UsageError } from "./errors.js";
import { columns } from "./format.js";
import { imagesFor } from "./images.js";
import { openJudge } from "./judge.js";
import type { RunChoice } from "./options.js";

export interface JudgedChoice extends RunChoice {
  readonly like?: string;
  readonly judge?: readonly string[];
}

/** Real images whose captions, attributes or classes samples are drawn of. */
export interface Likeness {
  readonly images: ImageSet;
  readonly condition: Condition;
}

/**
 * The real images that samples are to be like.
 *
 * @throws UsageError when judges have none to compare with
 */
export async function likenessFor(
  run: Pick<OpenRun, "data" | "model">,
  { like, judge = [], count, seed }: JudgedChoice & { count: number; seed: number },
  context: Context,
): Promise<Likeness | undefined> {
  if (like === undefined) {
    if (judge.length === 0) return undefined;
    throw new UsageError(
      "--judge compares with what real images are: say which, such as --like test",
    );
  }
  const set = await imagesFor(run, [], { split: like }, context);
  if (count > set.count) {
    throw new UsageError(
      `--like ${like}: there are only ${set.count} images to draw ${count} like`,
    );
  }
  const images = drawnFrom(set, count, seed);
  const reads = run.model.model.conditionedOn ?? [];
  const { annotations = {} } = images;
  const { class: classes } = annotations;
  const all: Condition = {
    ...(classes && { class: Array.from(classes.values, (value) => classes.names[value]) }),
    ...conditionLike(annotations, count),
  };
  const read = Object.entries(all).filter(([name]) => reads.some((known) => known === name));
  if (read.length === 0) {
    throw new UsageError(
      `${run.model.definition.id} is not told what to draw, so --like says nothing`,
    );
  }
  return { images, condition: Object.fromEntries(read) };
}

/** What each judge says of images that were drawn like real ones. */
export async function judged(
  references: readonly string[],
  choice: RunChoice,
  drawn: Images,
  { images }: Likeness,
  work: WorkOptions,
): Promise<Readonly<Record<string, ConditionJudgement>>> {
  const found: Record<string, ConditionJudgement> = {};
  for (const reference of references) {
    const judge = await openJudge(reference, choice, images);
    try {
      found[reference] = await judgeConditions(judge.model, drawn, images, work);
    } finally {
      await judge.close();
    }
  }
  return found;
}

/** A table of what judges say. */
export function judgementTable(found: Readonly<Record<string, ConditionJudgement>>): string {
  return columns([
    ["judge", "classes", "drawn as asked", "95 %", "real images"],
    ...Object.entries(found).map(([reference, { names, drawn, real }]) => [
      reference,
      `${names[0]} … ${names.at(-1)}`,
      percent(drawn.share),
      `${percent(drawn.low)} to ${percent(drawn.high)}`,
      percent(real.share),
    ]),
  ]);
}
