import { ConfigError } from "../../core/errors.js";
import type { Interval } from "../interval.js";
import { wilsonInterval } from "../wilson.js";
import type { Comparison, Figure } from "./comparison.js";

/** How often images show what their captions ask, in each slot and in all. */
export const aspects: Comparison = {
  description: "what captions ask and images show, slot by slot",
  needs: ["aspects"],
  floor: "real",
  caution:
    "read aspects against their floor, which is how often the judges read the real images right: no more can be expected",
  measure({ generated }, { intervals }): readonly Figure[] {
    if (generated.slots === undefined) throw new ConfigError("no judges have read the images");
    const { slots, asked, read } = generated.slots;
    const count = asked.length / slots.length;
    const isRight = (image: number, slot: number) => {
      const at = image * slots.length + slot;
      return read[at] >= 0 && read[at] === asked[at];
    };
    const images = Array.from({ length: count }, (_, image) => image);
    const figure = (name: string, right: (image: number) => boolean): Figure => {
      const hits = images.filter(right).length;
      return { figure: name, value: hits / count, ...(intervals && interval(hits, count)) };
    };
    return [
      ...slots.map((slot, at) => figure(`${slot} right`, (image) => isRight(image, at))),
      figure("all slots right", (image) => slots.every((_, at) => isRight(image, at))),
    ];
  },
};

const interval = (hits: number, count: number): { readonly interval: Interval } => ({
  interval: wilsonInterval(hits, count),
});
