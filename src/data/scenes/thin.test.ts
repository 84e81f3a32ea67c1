import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { thin } from "./thin.js";

interface Fixture {
  readonly figures: readonly { readonly figure: string[]; readonly lines: string[] }[];
}

const { figures }: Fixture = JSON.parse(
  readFileSync(new URL("../../../reference/thinning.json", import.meta.url), "utf8"),
);
const bits = (rows: readonly string[]) => Uint8Array.from(rows.join(""), Number);

describe("thin", () => {
  test.each(figures.map((fixture, digit) => ({ ...fixture, digit })))(
    "digit $digit as OpenCV thins it",
    ({ figure, lines }) => {
      const thinned = bits(figure);
      const places = thin(thinned, figure[0].length);
      expect(thinned).toEqual(bits(lines));
      expect([...places]).toEqual([...thinned.keys()].filter((at) => thinned[at] === 1));
    },
  );

  test("leaves an empty figure empty and lines of one pixel as they are", () => {
    expect([...thin(new Uint8Array(25), 5)]).toEqual([]);
    const line = bits(["00000", "01110", "00000"]);
    expect([...thin(line, 5)]).toEqual([6, 7, 8]);
  });
});
