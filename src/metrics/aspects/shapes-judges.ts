import { CANVAS } from "../../data/drawn/canvas.js";
import { shapePlaces, shapesSubject } from "../../data/shapes/subject.js";
import { askedByCaption } from "./asked-by-caption.js";
import { colourOf } from "./colour.js";
import { namedByCuts } from "./cuts.js";
import { inkFigure } from "./figure.js";
import { judgesOf } from "./judges.js";
import { placeAmong } from "./place.js";
import { shapeOf } from "./shape.js";
import { meanRadius } from "./size.js";

/** In pixels; `npx tsx scripts/aspect-cuts.ts` finds the cuts from training images. */
const SIZE_CUTS = [3.95, 5.81];

/** Of `shapes`: "a small red circle, top left". */
export const shapesJudges = judgesOf({
  image: { channels: 3, height: CANVAS, width: CANVAS },
  ...askedByCaption(shapesSubject),
  view: inkFigure,
  by: {
    shape: shapeOf,
    colour: colourOf,
    size: namedByCuts(["small", "medium", "large"], SIZE_CUTS, meanRadius),
    place: placeAmong(shapePlaces),
  },
});
