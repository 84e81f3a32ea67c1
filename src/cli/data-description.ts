import type { ImageShape } from "../core/batch.js";
import type { ConfigKey } from "../core/config.js";
import { splitName } from "../data/dataset-variants.js";
import { formatImageShape } from "../data/image-set.js";
import type { NamedDataset } from "../data/named-dataset.js";
import type { SetSummary } from "../data/summary.js";
import { byteSize, columns, integer } from "./format.js";
import type { Colours } from "./terminal.js";

/** Summary of one split. */
export interface SplitSummary extends ImageShape, SetSummary {}

/** A named data set and the summary of its content. */
export interface NamedDescription {
  readonly dataset: NamedDataset;
  readonly options: readonly ConfigKey[];
  /** Empty where the data set is not on this machine. */
  readonly splits: readonly SplitSummary[];
}

/** The cost of getting a data set onto this machine. */
export const effort = ({ downloadBytes }: NamedDataset): string =>
  downloadBytes > 0 ? `${byteSize(downloadBytes)} to fetch` : "drawn when first used";

/** Facts about a data set before it is loaded, for `--json`. */
export function knownOf(dataset: NamedDataset) {
  const { name, title, channels, height, width, splits } = dataset;
  const { downloadBytes, origin, licence, note } = dataset;
  return { name, title, channels, height, width, splits, downloadBytes, origin, licence, note };
}

/** With more classes than this, one line summarises them. */
const MOST_CLASSES = 40;
const WORDS_A_LINE = 12;

/** Describes a named data set, for a terminal. */
export function describeNamed(
  { dataset, options, splits }: NamedDescription,
  colours: Colours,
): string {
  const { name, title, origin, licence, note } = dataset;
  const counts = Object.entries(dataset.splits).map(([split, count]) => [split, integer(count)]);
  return [
    `${colours.cyan(name)}  ${title}`,
    columns([
      ["pixels", pixelsOf(splits[0] ?? dataset)],
      ["origin", origin],
      ["licence", licence],
      ["note", note],
    ]),
    ...(splits.length > 0
      ? describeSplits(splits, colours)
      : [
          columns(counts),
          `It is not on this machine (${effort(dataset)}): figment data get ${name}`,
        ]),
    ...(options.length > 0 ? [describeOptions(name, options, colours)] : []),
  ].join("\n\n");
}

/** Describes the content of a path, for a terminal. */
export function describePath(
  path: string,
  splits: readonly SplitSummary[],
  colours: Colours,
): string {
  const [{ split }] = splits as readonly [SplitSummary];
  const division =
    split === "all" ? ["It has no splits; one image in ten is held out for testing."] : [];
  return [
    `${colours.cyan(path)}\n${columns([["pixels", pixelsOf(splits[0])]])}`,
    ...describeSplits(splits, colours),
    ...division,
  ].join("\n\n");
}

const pixelsOf = (shape: ImageShape & { readonly levels?: number }) =>
  `${formatImageShape(shape)}${shape.levels === undefined ? "" : `, ${integer(shape.levels)} levels`}`;

/** Describes the splits side by side. */
function describeSplits(splits: readonly SplitSummary[], { bold }: Colours): string[] {
  const heads = (first: string) =>
    [first, ...splits.map(({ split }) => split.toUpperCase())].map((head) => bold(head));
  const counts = ["images", ...splits.map(({ count }) => integer(count))];
  const captions = splits.find((split) => split.captions !== undefined)?.captions;
  return [
    columns([heads("SPLIT"), counts]),
    ...describeClasses(splits, heads("CLASS")),
    ...describeAttributes(splits, heads("ATTRIBUTE")),
    ...(captions === undefined ? [] : [describeCaptions(captions, bold("CAPTIONS"))]),
  ];
}

function describeClasses(splits: readonly SplitSummary[], heads: readonly string[]): string[] {
  const tables = splits.map(
    ({ classes = [] }) => new Map(classes.map(({ name, count }) => [name, count])),
  );
  const names = [...new Set(tables.flatMap((table) => [...table.keys()]))];
  if (names.length === 0) return [];
  if (names.length <= MOST_CLASSES) {
    const rows = names.map((name) => [
      name,
      ...tables.map((table) => integer(table.get(name) ?? 0)),
    ]);
    return [columns([heads, ...rows])];
  }
  const range = (counts: readonly number[]) =>
    `${integer(Math.min(...counts))} to ${integer(Math.max(...counts))}`;
  return [
    columns([heads, ["images of each", ...tables.map((table) => range([...table.values()]))]]) +
      `\n${integer(names.length)} classes: ${names.slice(0, 5).join(", ")} … ${names.at(-1)}`,
  ];
}

function describeAttributes(splits: readonly SplitSummary[], heads: readonly string[]): string[] {
  const tables = splits.map(
    ({ attributes = [] }) => new Map(attributes.map(({ name, share }) => [name, share])),
  );
  const names = [...new Set(tables.flatMap((table) => [...table.keys()]))];
  if (names.length === 0) return [];
  const rows = names.map((name) => [
    name,
    ...tables.map((table) => `${(100 * (table.get(name) ?? 0)).toFixed(1)} %`),
  ]);
  return [columns([heads, ...rows])];
}

function describeCaptions(
  { words, length, different, examples }: NonNullable<SetSummary["captions"]>,
  head: string,
): string {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(words.length, 4 * WORDS_A_LINE); at += WORDS_A_LINE)
    lines.push(`  ${words.slice(at, at + WORDS_A_LINE).join(" ")}`);
  if (words.length > 4 * WORDS_A_LINE) lines.push("  …");
  return [
    `${head}  ${integer(different)} distinct, of at most ${integer(length)} words, from a vocabulary of ${integer(words.length)}:`,
    ...lines,
    "such as",
    ...examples.map((example) => `  ${example}`),
  ].join("\n");
}

function describeOptions(
  name: string,
  options: readonly ConfigKey[],
  { bold, dim }: Colours,
): string {
  const form = `${splitName(name).name}:key=value`;
  return `${bold("OPTIONS")}  written behind the name, ${form}\n${columns(
    options.map(({ key, type, default: usual, description }) => [
      `  ${key}`,
      `${type}, by default ${String(usual)}`,
      dim(description),
    ]),
  )}`;
}
