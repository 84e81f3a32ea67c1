/** Formats rows as CSV. */
export const csvText = (rows: readonly (readonly (string | number)[])[]): string =>
  `${rows.map((row) => row.map(cellOf).join(",")).join("\n")}\n`;

const cellOf = (cell: string | number): string =>
  typeof cell === "string" && /[",\n\r]/.test(cell)
    ? `"${cell.replaceAll('"', '""')}"`
    : String(cell);
