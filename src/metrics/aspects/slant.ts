import { shearOf } from "../../data/scenes/pose.js";
import type { InkFigure } from "./figure.js";
import { middleLine } from "./middle-line.js";

/**
 * How far the ink leans to the right, in pixels per pixel upwards: by the second moments of its middle
 * line, as handwritten digits are deslanted.
 */
export const leanOf = (figure: InkFigure): number => -shearOf(middleLine(figure));
