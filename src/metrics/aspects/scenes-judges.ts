import { CANVAS } from "../../data/drawn/canvas.js";
import { scenePlaces, scenesSubject } from "../../data/scenes/subject.js";
import { askedByCaption } from "./asked-by-caption.js";
import { colourOf } from "./colour.js";
import { namedByCuts } from "./cuts.js";
import { inkFigure } from "./figure.js";
import { judgesOf } from "./judges.js";
import { placeAmong } from "./place.js";
import { leanOf } from "./slant.js";
import { penRadius } from "./stroke.js";

/** In pixels; `npx tsx scripts/aspect-cuts.ts` finds the cuts from training images. */
const STROKE_CUT = 1.14;
/** Pixels to the right per pixel upwards; likewise. */
const SLANT_CUT = 0.27;

/** Of `scenes` and `scenes-digits`: "a thick slanted red seven, top left". */
export const scenesJudges = judgesOf({
  image: { channels: 3, height: CANVAS, width: CANVAS },
  ...askedByCaption(scenesSubject),
  view: inkFigure,
  by: {
    digit: { run: "zoo:classifier-scenes" },
    colour: colourOf,
    stroke: namedByCuts(["thin", "thick"], [STROKE_CUT], penRadius),
    slant: namedByCuts(["upright", "slanted"], [SLANT_CUT], leanOf),
    place: placeAmong(scenePlaces),
  },
});
