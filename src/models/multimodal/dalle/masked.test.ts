import { expect, test } from "vitest";
import type { DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import { exampleParts } from "../../../core/model.js";
import { dalle } from "./index.js";

const data = dalle.example as DataTraits;
const built = (settings: Record<string, unknown>) =>
  dalle.build(dalle.config.parse(settings), data, exampleParts(dalle, data));

test.each(["joint", "encoder-decoder"])(
  "in masked order %s explains a bound and passes over all tokens",
  (design) => {
    const masked = built({ design, order: "masked" }).explain?.() ?? "";
    expect(masked).toContain("p(sᵢ | any others, w)");
    expect(masked).toContain("independent of each other");
    expect(masked).toContain("a few passes over all tokens");
    for (const ofRaster of ["∏", "wⱼ", "before it", "keys and values"]) {
      expect(masked).not.toContain(ofRaster);
    }
    const raster = built({ design }).explain?.() ?? "";
    expect(raster).toContain("p(s | w) = ∏ᵢ p(sᵢ | s₁, …, sᵢ₋₁, w)");
    expect(raster).toContain("keys and values take");
    expect(raster.includes("p(w) = ∏ⱼ")).toBe(design === "joint");
  },
);

test("masked order refuses attention to a part of the image, which it would not read", () => {
  const sparse = { attention: ["row", "column"] };
  expect(() => built({ ...sparse, order: "masked" })).toThrow(ConfigError);
  expect(() => built({ ...sparse, order: "masked" })).toThrow("attention=row,column needs");
  expect(() => built(sparse)).not.toThrow();
  expect(() => built({ attention: ["full", "full"], order: "masked" })).not.toThrow();
});
