import type { Pictures } from "../../engine/questions/question.js";

/** Two rows: pictures above, and below each what was made of it. */
export function pairs(above: Pictures, below: Pictures): Pictures {
  const pixelsUnit = new Float32Array(above.pixelsUnit.length + below.pixelsUnit.length);
  pixelsUnit.set(above.pixelsUnit);
  pixelsUnit.set(below.pixelsUnit, above.pixelsUnit.length);
  return { ...above, count: above.count + below.count, columns: above.count, pixelsUnit };
}
