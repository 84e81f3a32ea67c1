import { join } from "node:path";
import type { Annotations } from "../core/annotations.js";
import { DataError } from "../core/errors.js";
import { didYouMean } from "../core/suggest.js";
import { captionAnnotation, captionProblem } from "../core/text.js";
import {
  type AnnotationRow,
  type AnnotationTable,
  lineError,
  readCsv,
  readJsonLines,
  readText,
} from "./annotation-file.js";
import { eachLimited } from "./map-limit.js";

/** The column that names an image by its path within the folder. */
const FILE = "file";
const CAPTION = "caption";
const WEIGHT = "weight";

const CAPTIONS_CSV = "captions.csv";
const CAPTIONS_JSONL = "captions.jsonl";
const ATTRIBUTES_CSV = "attributes.csv";
const WEIGHTS_CSV = "weights.csv";

/** A folder's images and other files, as paths within the folder with `/`. */
export interface FolderContent {
  readonly folder: string;
  readonly paths: readonly string[];
  readonly others: readonly string[];
}

/** Annotations and weights from files in a folder. */
export interface FolderAnnotations {
  readonly annotations: Pick<Annotations, "attributes" | "caption">;
  /** [paths.length] */
  readonly weights?: Float32Array;
  /** The files of `others` that were read. */
  readonly used: readonly string[];
}

/**
 * Reads the annotation files of a folder; each must cover every image:
 *
 * - captions: `captions.csv` (columns `file`, `caption`), or `captions.jsonl` with the same keys,
 * or else a text file beside each image with its name and the extension `.txt`;
 * - attributes: `attributes.csv` (`file` and one column per attribute, with values in [0, 1]);
 * - weights: a column `weight` of `attributes.csv`, or `weights.csv` (`file`, `weight`).
 *
 * The vocabulary consists of the words of the captions.
 *
 * @throws DataError naming file and line: an image that does not exist or is listed twice, an image
 *   that is not covered, a value out of range, an unknown column, invalid UTF-8
 */
export async function readFolderAnnotations(content: FolderContent): Promise<FolderAnnotations> {
  const { folder, others } = content;
  const has = (name: string) => others.includes(name);
  const used: string[] = [];
  const table = async (name: string, read: typeof readCsv) => {
    used.push(name);
    const file = join(folder, name);
    return { file, table: await read(file) };
  };
  if (has(CAPTIONS_CSV) && has(CAPTIONS_JSONL)) {
    throw new DataError(`there are both ${CAPTIONS_CSV} and ${CAPTIONS_JSONL}; keep one`, folder);
  }
  const [captions] = [
    ...(has(CAPTIONS_CSV) ? [await table(CAPTIONS_CSV, readCsv)] : []),
    ...(has(CAPTIONS_JSONL) ? [await table(CAPTIONS_JSONL, readJsonLines)] : []),
  ];
  const texts = captions === undefined ? textsBeside(content) : [];
  used.push(...texts.filter((text) => text !== undefined));
  const attributes = has(ATTRIBUTES_CSV) ? await table(ATTRIBUTES_CSV, readCsv) : undefined;
  const weights = has(WEIGHTS_CSV) ? await table(WEIGHTS_CSV, readCsv) : undefined;
  const weighted = attributes?.table.columns.includes(WEIGHT) ? attributes : undefined;
  if (weighted !== undefined && weights !== undefined) {
    throw new DataError(
      `there are weights both in ${ATTRIBUTES_CSV} and in ${WEIGHTS_CSV}; keep one`,
      folder,
    );
  }
  if (weights !== undefined) requireColumns(weights, [FILE, WEIGHT]);
  const weighing = weights ?? weighted;
  const names = attributes?.table.columns.filter((name) => name !== FILE && name !== WEIGHT) ?? [];
  return {
    annotations: {
      ...(captions && { caption: captionsOf(captions, content) }),
      ...(texts.length > 0 && { caption: await captionsFrom(texts, content) }),
      ...(attributes &&
        names.length > 0 && { attributes: attributesOf(attributes, names, content) }),
    },
    ...(weighing && { weights: weightsOf(weighing, content) }),
    used,
  };
}

interface TableFile {
  readonly file: string;
  readonly table: AnnotationTable;
}

function captionsOf(captions: TableFile, content: FolderContent) {
  requireColumns(captions, [FILE, CAPTION]);
  const rows = rowsByImage(captions, content);
  return captionAnnotation(
    rows.map(({ line, values }) => {
      const problem = captionProblem(values[CAPTION]);
      if (problem === undefined) return values[CAPTION];
      throw lineError(captions.file, line, `the caption ${problem}`);
    }),
  );
}

function attributesOf(attributes: TableFile, names: readonly string[], content: FolderContent) {
  const rows = rowsByImage(attributes, content);
  const values = rows.flatMap((row) =>
    names.map((name) => numberIn(attributes.file, row, name, "in [0, 1]", (value) => value <= 1)),
  );
  return { names, values: Float32Array.from(values) };
}

function weightsOf(weighing: TableFile, content: FolderContent): Float32Array {
  const rows = rowsByImage(weighing, content);
  return Float32Array.from(rows, (row) =>
    numberIn(weighing.file, row, WEIGHT, "of at least 0", () => true),
  );
}

function numberIn(
  file: string,
  { line, values }: AnnotationRow,
  column: string,
  range: string,
  allowed: (value: number) => boolean,
): number {
  const text = values[column];
  const value = text === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value >= 0 && allowed(value)) return value;
  throw lineError(file, line, `"${column}" must be a number ${range}, not ${JSON.stringify(text)}`);
}

function requireColumns({ file, table }: TableFile, expected: readonly string[]): void {
  const { columns, rows } = table;
  const unknown = columns.find((name) => !expected.includes(name));
  const lacking = expected.find((name) => !columns.includes(name));
  const wanted = `its columns are ${expected.join(" and ")}`;
  if (unknown !== undefined) {
    throw lineError(file, 1, `"${unknown}" is not a column of this file; ${wanted}`);
  }
  if (lacking !== undefined) throw lineError(file, 1, `there is no column "${lacking}"; ${wanted}`);
  for (const { line, values } of rows) {
    const absent = expected.find((name) => values[name] === undefined);
    if (absent !== undefined) throw lineError(file, line, `there is no "${absent}"`);
  }
}

/** The row of each image, in the order of the images. */
function rowsByImage({ file, table }: TableFile, { paths }: FolderContent): AnnotationRow[] {
  if (!table.columns.includes(FILE)) {
    throw lineError(file, 1, `there is no column "${FILE}", which names an image by its path`);
  }
  const places = new Map(paths.map((path, place) => [path.normalize("NFC"), place]));
  const rows: AnnotationRow[] = [];
  for (const row of table.rows) {
    const path = row.values[FILE].replace(/^\.\//, "").normalize("NFC");
    const place = places.get(path) ?? places.get(path.replaceAll("\\", "/"));
    if (place === undefined) {
      const hint = didYouMean(path, paths);
      throw lineError(file, row.line, `there is no image "${path}" in this folder${hint}`);
    }
    if (rows[place] !== undefined) {
      throw lineError(file, row.line, `"${path}" is already listed in line ${rows[place].line}`);
    }
    rows[place] = row;
  }
  const without = paths.filter((_, place) => rows[place] === undefined);
  if (without.length > 0) throw new DataError(nothingAbout(without), file);
  return rows;
}

const nothingAbout = ([first, ...others]: readonly string[]) =>
  others.length === 0
    ? `the image "${first}" is not listed; list every image of the folder`
    : `${others.length + 1} images are not listed, the first being "${first}"; list every image of the folder`;

/**
 * The text file beside each image, undefined for images without one; empty where no image has one.
 */
function textsBeside({ paths, others }: FolderContent): (string | undefined)[] {
  const there = new Set(others);
  const texts = paths.map((path) => {
    const text = path.replace(/\.[^./]+$/, ".txt");
    return there.has(text) ? text : undefined;
  });
  return texts.some((text) => text !== undefined) ? texts : [];
}

async function captionsFrom(
  texts: readonly (string | undefined)[],
  { folder, paths }: FolderContent,
) {
  const captions: string[] = [];
  const without = paths.filter((_, place) => texts[place] === undefined);
  if (without.length > 0) {
    throw new DataError(
      `${without.length} of ${paths.length} images have no caption: there is no .txt file beside "${without[0]}"`,
      folder,
    );
  }
  await eachLimited(texts, async (text, place) => {
    const file = join(folder, text ?? "");
    captions[place] = (await readText(file)).trim();
    const problem = captionProblem(captions[place]);
    if (problem !== undefined) throw new DataError(`the caption ${problem}`, file);
  });
  return captionAnnotation(captions);
}
