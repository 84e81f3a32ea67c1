import { expect, test } from "vitest";
import { interpret } from "../../../runtime/interpreter/index.js";
import { stream } from "../../../runtime/random.js";
import { takeAlong } from "../../../tensor/ops/indexing.js";
import { sliceAxis } from "../../../tensor/ops/rearrange.js";
import { input, range, type Tensor } from "../../../tensor/tensor.js";
import { follow } from "./walk.js";

const STATES = 4;

test.each([1, 2, 9, 1025, 1026, 1057, 1090, 4096])(
  "a path of %i steps is followed state by state",
  (steps) => {
    const images = 3;
    const moves = new Float64Array(images * steps * STATES);
    stream(steps, "moves").uniform(moves);
    for (let at = 0; at < moves.length; at++) moves[at] = Math.floor(moves[at] * STATES);
    for (const reverse of [false, true]) {
      const order = Array.from({ length: steps }, (_, step) => (reverse ? steps - 1 - step : step));
      const expected = Array.from({ length: images }, (_, image) => {
        const path = new Array<number>(steps);
        let state = image;
        order.forEach((step, index) => {
          if (index > 0) state = moves[(image * steps + step) * STATES + state];
          path[step] = state;
        });
        return path;
      }).flat();
      const x = input("moves", [images, steps, STATES], "int64");
      const others = sliceAxis(x, 1, reverse ? { end: steps - 1 } : { start: 1 });
      const step = (x: Tensor, before: Tensor) => takeAlong(x, before, -1);
      const path = follow(range(images, "int64"), others, STATES, step, { reverse });
      const found = interpret({ path }, { moves }).path;
      expect(found.shape).toEqual([images, steps]);
      expect(Array.from(found.data)).toEqual(expected);
    }
  },
);
