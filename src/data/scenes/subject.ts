import type { Subject } from "../drawn/aspects.js";
import { colourNames } from "../drawn/palette.js";

/** The digits, as captions write them. */
export const digitNames = [
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
];
/** Radii of the pen in pixels. */
export const penRadii: Readonly<Record<string, number>> = { thin: 0.6, thick: 1.65 };
/** Pixels to the right per pixel upwards. */
export const slants: Readonly<Record<string, number>> = { upright: 0, slanted: 0.6 };
/** Centres of the digits in pixels. */
export const scenePlaces: Readonly<Record<string, readonly [x: number, y: number]>> = {
  "top left": [9.2, 9.2],
  "top right": [22.8, 9.2],
  centre: [16, 16],
  "bottom left": [9.2, 22.8],
  "bottom right": [22.8, 22.8],
};

/** "a thick red seven, top left", "a thin slanted blue two, centre" */
export const scenesSubject: Subject = {
  aspects: [
    { name: "digit", values: digitNames },
    { name: "colour", values: colourNames },
    { name: "stroke", values: Object.keys(penRadii) },
    { name: "slant", values: Object.keys(slants) },
    { name: "place", values: Object.keys(scenePlaces) },
  ],
  caption: ([digit, colour, stroke, slant, place]) =>
    `a ${stroke} ${slant === "slanted" ? "slanted " : ""}${colour} ${digit}, ${place}`,
  // Holds out one of the five places of each digit in each colour.
  isHeldOut: ([digit, colour, , , place]) => (digit + colour + place) % 5 === 0,
};
