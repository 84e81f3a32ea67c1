import { stripVTControlCharacters } from "node:util";

/** A whole number with thousands separators: 12,300. */
export const integer = (value: number): string => Math.round(value).toLocaleString("en-US");

/** An entry of a protocol: counts with thousands separators, other numbers and words as they are. */
export const fact = (value: number | string | boolean | null): string =>
  typeof value === "number" && Number.isInteger(value) ? integer(value) : String(value);

/** Four significant figures, as for losses and scores: 86.31, 0.5438. */
export const figure = (value: number): string =>
  Number.isFinite(value) && Math.abs(value) >= 1000
    ? integer(value)
    : String(Number(value.toPrecision(4)));

/** 0:07, 12:30, 1:02:05 */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [first, ...rest] = parts[0] === 0 ? parts.slice(1) : parts;
  return [first, ...rest.map((part) => String(part).padStart(2, "0"))].join(":");
}

/** 57 kB, 11.5 MB */
export function byteSize(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  const power = Math.min(3, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${Number((bytes / 1000 ** power).toFixed(power > 1 ? 1 : 0))} ${units[power]}`;
}

/** One image, 2 images. */
export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

export const plural = (count: number, noun: string): string =>
  `${integer(count)} ${noun}${count === 1 ? "" : "s"}`;

/** Aligns the columns of rows; the last column is not padded. */
export function columns(rows: readonly (readonly string[])[], gap = "  "): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => visibleLength(row[column] ?? ""))),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === row.length - 1
            ? cell
            : cell + " ".repeat((widths[column] ?? 0) - visibleLength(cell)),
        )
        .join(gap)
        .trimEnd(),
    )
    .join("\n");
}

const visibleLength = (text: string): number => stripVTControlCharacters(text).length;
