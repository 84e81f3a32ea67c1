import type { Census } from "../../../core/model.js";

/** A unit is on for an image where its activation is above this. */
const ON = 0.1;

/**
 * How the units of a code are used: `meanActivation` over images and units, `activeUnits`, the share of
 * units that an image switches on, and `deadUnits`, the share of units that no image switches on.
 *
 * @param trace  activations of a batch, [B, Z] in [0, 1]
 */
export function unitCensus(trace: Census["trace"], units: number): Census {
  return {
    trace,
    begin() {
      const ever = new Uint8Array(units);
      let [images, activation, on] = [0, 0, 0];
      return {
        add(values, count) {
          images += count;
          values.forEach((value, at) => {
            activation += value;
            if (value <= ON) return;
            on++;
            ever[at % units] = 1;
          });
        },
        result: () => ({
          meanActivation: activation / (images * units),
          activeUnits: on / (images * units),
          deadUnits: ever.filter((seen) => seen === 0).length / units,
        }),
      };
    },
  };
}
