import {
  dense,
  normalValues,
  transformerStack,
  transformerStackAtPosition,
  transformerStackFromStart,
} from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { add, clip, equal, lessEqual, sub, where } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import { broadcastTo, concat, sliceAxis, squeeze } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { cacheAt } from "../../symbols/cache/at-position.js";
import { firstPositions } from "../../symbols/cache/kept.js";
import { placesOf } from "../../symbols/places.js";
import type { Design } from "./design.js";
import { drawingInputs } from "./drawing-inputs.js";
import type { Setup } from "./setup.js";
import { cacheShape, maskedVectors, masksOf } from "./stack.js";
import { EMBEDDING_STD, wordsOf } from "./words.js";

/**
 * One sequence: a start, the words, the image tokens. Each position predicts the next symbol; those of
 * words choose among words, those of the image among its tokens, as if all others were masked.
 *
 * @source Ramesh et al. 2021, arXiv:2102.12092, section 2.2
 */
export function jointDesign(setup: Setup): Design {
  const { config, symbols, textLength, imageLength, words } = setup;
  const { features } = config;
  const length = textLength + imageLength;
  const masks = masksOf(setup, textLength);
  const stack = { ...config, masks };
  const learned = (scope: Scope, name: string, count: number) =>
    scope.parameter(name, [count, features], normalValues(EMBEDDING_STD));
  const places = (scope: Scope) =>
    concat(
      [
        learned(scope, "textPlaces", textLength),
        placesOf(scope.child("places"), symbols, features),
      ],
      0,
    );
  const textLogits = (scope: Scope, h: Tensor) =>
    dense(scope.child("text"), h, { features: words });
  const imageLogits = (scope: Scope, h: Tensor) =>
    dense(scope.child("image"), h, { features: symbols.count });

  return {
    length,
    prefix: textLength,
    logits(scope, caption, isHidden, tokens) {
      const start = broadcastTo(learned(scope, "start", 1), [tokens.shape[0], 1, features]);
      const inText = wordsOf(scope, setup).all(caption, isHidden);
      const before = sliceAxis(tokens, 1, { start: 0, end: imageLength - 1 });
      const inImage = gather(learned(scope, "tokens", symbols.count), before);
      const sequence = concat([start, inText, inImage], 1);
      const h = transformerStack(scope.child("stack"), add(sequence, places(scope)), stack);
      return {
        text: textLogits(scope, sliceAxis(h, 1, { start: 0, end: textLength })),
        image: imageLogits(scope, sliceAxis(h, 1, { start: textLength })),
      };
    },
    masked(scope, caption, isHidden, tokens, hidden) {
      const inText = wordsOf(scope, setup).all(caption, isHidden);
      const inImage = maskedVectors(
        learned(scope, "tokens", symbols.count),
        learned(scope, "mask", 1),
        {
          tokens,
          hidden,
        },
      );
      const sequence = add(concat([inText, inImage], 1), places(scope));
      const h = transformerStack(scope.child("stack"), sequence, config);
      return imageLogits(scope, sliceAxis(h, 1, { start: textLength }));
    },
    begin(scope, size) {
      const { caption, isHidden } = drawingInputs(size, textLength);
      const start = broadcastTo(learned(scope, "start", 1), [size, 1, features]);
      const words = concat([start, wordsOf(scope, setup).all(caption, isHidden)], 1);
      const first = { start: 0, end: textLength + 1 };
      const { y, added } = transformerStackFromStart(
        scope.child("stack"),
        add(words, sliceAxis(places(scope), 0, first)),
        {
          ...config,
          masks: masks.map((mask) => sliceAxis(sliceAxis(mask, 0, first), 1, first)),
        },
      );
      const last = squeeze(sliceAxis(y, 1, { start: textLength }), 1);
      return {
        outputs: { logits: imageLogits(scope, last) },
        updates: firstPositions(cacheShape(setup, length, size), added),
      };
    },
    position(scope, size) {
      const { symbol, isHidden } = drawingInputs(size, textLength);
      const cache = cacheAt(cacheShape(setup, length, size), masks);
      const { position } = cache;
      const isText = lessEqual(position, textLength);
      const place = clip(sub(position, 1), 0, textLength - 1);
      const word = wordsOf(scope, setup).at(where(isText, symbol, 0), place, isHidden);
      const token = gather(learned(scope, "tokens", symbols.count), where(isText, 0, symbol));
      const start = learned(scope, "start", 1);
      const before = where(equal(position, 0), start, where(isText, word, token));
      const { y, seen } = transformerStackAtPosition(
        scope.child("stack"),
        add(before, gather(places(scope), position)),
        { ...config, see: cache.see },
      );
      return {
        outputs: { logits: imageLogits(scope, y) },
        updates: cache.updates(seen),
      };
    },
  };
}
