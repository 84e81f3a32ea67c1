import type { Pictures } from "../../engine/questions/question.js";
import { SIDE, sceneOf, scenes } from "./shapes.js";

/** All scenes, those held out at the end. */
export const ordered = [
  ...scenes.filter(({ unseen }) => !unseen),
  ...scenes.filter(({ unseen }) => unseen),
];

export interface Tally {
  readonly seen: number;
  readonly allSeen: number;
  readonly unseen: number;
  readonly allUnseen: number;
}

/** How many pictures are nearer to what their sentence says than to any other. */
export function tally(sheet: Pictures | undefined): Tally {
  const right = ordered.filter(
    (scene, at) =>
      sheet !== undefined &&
      sceneOf(sheet.pixelsUnit.subarray(at * SIDE ** 2, (at + 1) * SIDE ** 2)) === scene,
  );
  const unseen = right.filter((scene) => scene.unseen).length;
  const allUnseen = ordered.filter((scene) => scene.unseen).length;
  return {
    seen: right.length - unseen,
    allSeen: ordered.length - allUnseen,
    unseen,
    allUnseen,
  };
}
