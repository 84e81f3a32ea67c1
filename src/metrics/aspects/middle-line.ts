import { type Strokes, traceStrokes } from "../../data/scenes/strokes.js";
import type { InkFigure } from "./figure.js";

/** Factor that enlarges figures before thinning: lines of one pixel need it. */
const ZOOM = 3;

/** The thinned middle line of the ink, in pixels. */
export const middleLine = ({ ink, height, width }: InkFigure): Strokes =>
  traceStrokes(ink, height, width, ZOOM);
