import { DataError } from "../core/errors.js";
import { readRegularFile } from "./bytes.js";

/** Largest size of an annotation file in bytes. */
const MOST_BYTES = 2 ** 28;

/** One row of a table of a folder's images. */
export interface AnnotationRow {
  /** Line in the file, from 1; for a row of several lines, the last. */
  readonly line: number;
  /** Values by column name. */
  readonly values: Readonly<Record<string, string>>;
}

/** A table of a folder's images. */
export interface AnnotationTable {
  readonly columns: readonly string[];
  readonly rows: readonly AnnotationRow[];
}

/** Result of csv-parse with `info`, which its types omit. */
interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Makes a DataError about a line of a file. */
export const lineError = (file: string, line: number, problem: string): DataError =>
  new DataError(problem, `${file}:${line}`);

/**
 * Reads the text of a file.
 *
 * @throws DataError naming the first line that is not UTF-8
 */
export async function readText(file: string): Promise<string> {
  const bytes = await readRegularFile(file, MOST_BYTES);
  try {
    return decode(bytes);
  } catch {
    let line = 1;
    for (let start = 0; start < bytes.length; line++) {
      const end = bytes.indexOf(NEWLINE, start);
      const stop = end < 0 ? bytes.length : end + 1;
      try {
        decode(bytes.subarray(start, stop));
      } catch {
        break;
      }
      start = stop;
    }
    throw lineError(file, line, "this is not valid UTF-8; save the file as UTF-8");
  }
}

const NEWLINE = 0x0a;
const decode = (bytes: Uint8Array) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

/**
 * Reads a CSV file (RFC 4180) whose first line names the columns.
 *
 * @throws DataError naming the line when it is not CSV, a row has another number of columns, or two
 *   columns have the same name
 */
export async function readCsv(file: string): Promise<AnnotationTable> {
  const { parse, CsvError } = await import("csv-parse/sync");
  const text = await readText(file);
  let records: CsvRecord[];
  try {
    const options = { info: true, skip_empty_lines: true, trim: true };
    records = parse(text, options) as unknown as CsvRecord[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw lineError(file, Number(error.lines ?? 1), error.message.replace(/ (on|at) line \d+/, ""));
  }
  const [header, ...rest] = records;
  if (header === undefined) throw new DataError("the file is empty", file);
  const columns = header.record;
  columns.forEach((name, place) => {
    if (name === "") throw lineError(file, 1, `column ${place + 1} has no name`);
    if (columns.indexOf(name) < place) {
      throw lineError(file, 1, `two columns are named "${name}"`);
    }
  });
  const rows = rest.map(({ record, info }) => ({
    line: info.lines,
    values: Object.fromEntries(columns.map((name, place) => [name, record[place]])),
  }));
  return { columns, rows };
}

/**
 * Reads a file with one JSON object per line, whose values are all strings.
 *
 * @throws DataError naming the line that is not such an object
 */
export async function readJsonLines(file: string): Promise<AnnotationTable> {
  const rows: AnnotationRow[] = [];
  const columns = new Set<string>();
  for (const [index, text] of (await readText(file)).split("\n").entries()) {
    if (text.trim() === "") continue;
    const line = index + 1;
    const values = parsedObject(text);
    if (values === undefined) throw lineError(file, line, "this line is not a JSON object");
    for (const [name, value] of Object.entries(values)) {
      if (typeof value !== "string") {
        throw lineError(file, line, `"${name}" must be a string, not ${JSON.stringify(value)}`);
      }
      columns.add(name);
    }
    rows.push({ line, values: values as Record<string, string> });
  }
  return { columns: [...columns], rows };
}

function parsedObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
