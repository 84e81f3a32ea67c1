import type { Subject } from "../drawn/aspects.js";
import { colourNames } from "../drawn/palette.js";
import { figures } from "./figures.js";

export const shapeNames = Object.keys(figures);
/** Radii in pixels. */
export const shapeRadii: Readonly<Record<string, number>> = { small: 3.6, medium: 5.4, large: 7.6 };
/** Centres of the shapes in pixels. */
export const shapePlaces: Readonly<Record<string, readonly [x: number, y: number]>> = {
  "top left": [8.4, 8.4],
  top: [16, 8.4],
  "top right": [23.6, 8.4],
  left: [8.4, 16],
  centre: [16, 16],
  right: [23.6, 16],
  "bottom left": [8.4, 23.6],
  bottom: [16, 23.6],
  "bottom right": [23.6, 23.6],
};

/** "a small red circle, top left" */
export const shapesSubject: Subject = {
  aspects: [
    { name: "shape", values: shapeNames },
    { name: "colour", values: colourNames },
    { name: "size", values: Object.keys(shapeRadii) },
    { name: "place", values: Object.keys(shapePlaces) },
  ],
  caption: ([shape, colour, size, place]) => `a ${size} ${colour} ${shape}, ${place}`,
  // Holds out one or two of the nine places of each shape in each colour.
  isHeldOut: ([shape, colour, , place]) => (shape + colour + place) % 6 === 0,
};
