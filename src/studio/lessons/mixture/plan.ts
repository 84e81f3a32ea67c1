import { lastOf } from "../../page/lesson/last-of.js";
import type { LessonPlan } from "../../page/lesson/plan.js";
import { placesOf } from "../places.js";
import { namesOf } from "./components.js";
import { middles } from "./density-grid.js";
import type { Control, Preset } from "./keys.js";

/** A place on each peak of the ring but one, and a second one on another. */
const TRAP = "wei0s6s6i0we7ts63li07t7thz3li7wj";
/** Points that the stage shows. */
const SHOWN = Array.from({ length: 500 }, (_, at) => at);

/** Nats below which a mixture fits the data: a component on each peak of the ring has about −6.1. */
const GOALS: Readonly<Record<string, number>> = { moons: -1.85, ring: -6 };

/** Mixtures of Gaussians in the plane and on the embedded digits. */
export const plan: LessonPlan<Control, Preset> = {
  id: "mixture",
  controls: {
    data: { kind: "choice", values: ["moons", "ring", "swiss-roll", "digits"], initial: "moons" },
    components: { kind: "range", least: 1, most: 25, step: 1, initial: 8 },
    covariance: { kind: "choice", values: ["full", "diagonal", "spherical"], initial: "full" },
    starts: { kind: "own", initial: "" },
  },
  presets: {
    works: { works: true, settings: {} },
    one: { works: false, settings: { components: 1 } },
    spheres: { works: false, settings: { data: "swiss-roll", covariance: "spherical" } },
    digits: { works: true, settings: { data: "digits", components: 25, covariance: "diagonal" } },
    trap: { works: false, settings: { data: "ring", starts: TRAP } },
  },
  training({ data, components, covariance, starts }) {
    const planar = data !== "digits";
    const places = placesOf(String(starts));
    const given = planar && places.length === components;
    return {
      model: "gmm",
      data: planar ? `${data}:count=2000` : "digits",
      config: {
        components,
        covariance,
        reg: planar ? 1e-6 : 0.01,
        ...(given
          ? { init: "given", means: places.flat().map((value) => Number(value.toFixed(3))) }
          : { init: "random" }),
        tolerance: 1e-4,
      },
      training: { epochs: 200 },
      watch: [
        {
          name: "components",
          question: "values",
          request: { names: namesOf(String(covariance)) },
          everyMs: 100,
        },
        ...(planar
          ? [
              {
                name: "points",
                question: "given",
                request: { images: { indices: SHOWN } },
                everyMs: 60_000,
              },
              {
                name: "density",
                question: "score",
                request: { images: { pixelsUnit: middles() } },
                everyMs: 200,
              },
            ]
          : [
              {
                name: "samples",
                question: "sample",
                request: { count: 25, seed: 1, draw: true },
                everyMs: 200,
              },
            ]),
      ],
    };
  },
  learned: (live) =>
    lastOf(live, "train.loss") <
    (GOALS[live.session.info.data.split(":")[0]] ?? Number.NEGATIVE_INFINITY),
};
