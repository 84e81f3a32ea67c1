import { expect, test } from "vitest";
import { DataError } from "../core/errors.js";
import { stream } from "../runtime/random.js";
import { type ClassedFeatures, intraClassDiversity } from "./intra-class-diversity.js";

const WIDTH = 3;

/** Normal images of two classes far apart, three in four of the first, with a spread for each class. */
function normal(count: number, spreads: readonly number[], seed: number): ClassedFeatures {
  const classes = Array.from({ length: count }, (_, image) => Number(image % 4 === 3));
  const noise = new Float64Array(count * WIDTH);
  stream(seed, "test/images").normal(noise);
  const values = noise.map((value, at) => {
    const which = classes[Math.floor(at / WIDTH)];
    return 100 * which + spreads[which] * value;
  });
  return { features: { count, width: WIDTH, values }, classes };
}

test("diversity is the mean over pairs, taken pair by pair", () => {
  const [real, generated] = [normal(40, [1, 2], 1), normal(24, [0.5, 2], 2)];
  const meanSquare = ({ features: { count, values }, classes }: ClassedFeatures, of: number) => {
    const squares: number[] = [];
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < a; b++) {
        if (classes[a] !== of || classes[b] !== of) continue;
        let square = 0;
        for (let at = 0; at < WIDTH; at++) {
          square += (values[a * WIDTH + at] - values[b * WIDTH + at]) ** 2;
        }
        squares.push(square);
      }
    }
    return squares.reduce((x, y) => x + y, 0) / squares.length;
  };
  const [first, second] = [0, 1].map((of) =>
    Math.sqrt(meanSquare(generated, of) / meanSquare(real, of)),
  );
  const { value, perClass } = intraClassDiversity(real, generated);
  expect([...perClass.keys()]).toEqual([0, 1]);
  expect(perClass.get(0)).toBeCloseTo(first, 12);
  expect(perClass.get(1)).toBeCloseTo(second, 12);
  expect(value).toBeCloseTo(0.75 * first + 0.25 * second, 12);
});

test("other draws of the data have 1, half the spread half of it, and one image a class none", () => {
  const real = normal(4000, [1, 2], 1);
  const of = (generated: ClassedFeatures) => intraClassDiversity(real, generated).value;
  expect(of(real)).toBe(1);
  expect(of(normal(4000, [1, 2], 2))).toBeCloseTo(1, 1);
  expect(of(normal(4000, [0.5, 1], 2))).toBeCloseTo(0.5, 1);
  expect(of(normal(4000, [0, 0], 2))).toBeCloseTo(0, 10);
});

test("a class that is not drawn counts 0, and one that real images do not show is left out", () => {
  const real = normal(40, [1, 2], 1);
  const { value, perClass } = intraClassDiversity(real, { ...real, classes: Array(40).fill(0) });
  expect(perClass.get(1)).toBe(0);
  expect(value).toBeCloseTo(0.75 * (perClass.get(0) ?? Number.NaN), 12);
  const alone = { ...real, classes: Array(40).fill(0) };
  expect([...intraClassDiversity(alone, real).perClass.keys()]).toEqual([0]);
});

test("sets that say nothing are refused", () => {
  const real = normal(8, [1, 2], 1);
  const apart = { ...real, classes: [0, 1, 2, 3, 4, 5, 6, 7] };
  expect(() => intraClassDiversity(apart, real)).toThrow("no class has two real images");
  expect(() => intraClassDiversity(real, { ...real, classes: [0] })).toThrow(DataError);
  expect(() => intraClassDiversity({ ...real, classes: Array(8).fill(0.5) }, real)).toThrow(
    "image 0 has the class 0.5",
  );
});
