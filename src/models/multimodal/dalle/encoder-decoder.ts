import {
  dense,
  layerNorm,
  normalValues,
  transformerBlock,
  transformerStack,
  transformerStackAtPosition,
} from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { add, equal, where } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import { broadcastTo, concat, sliceAxis } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { cacheAt } from "../../symbols/cache/at-position.js";
import { placesOf } from "../../symbols/places.js";
import type { Design } from "./design.js";
import { drawingInputs } from "./drawing-inputs.js";
import type { Setup } from "./setup.js";
import { cacheShape, maskedVectors, masksOf } from "./stack.js";
import { EMBEDDING_STD, wordsOf } from "./words.js";

/** Vectors of words go into the encoder at this size, as the paper's do, which it scales by √D. */
const WORD_STD = 1;

/**
 * An encoder whose words see each other both ways, and a decoder of the image tokens that attends to it
 * in every block: queries from the image, keys and values from the words.
 *
 * @source Vaswani et al. 2017, arXiv:1706.03762, section 3
 */
export function encoderDecoderDesign(setup: Setup): Design {
  const { config, symbols, textLength, imageLength } = setup;
  const { features, heads, textBlocks, dropout } = config;
  const masks = masksOf(setup, 0);
  const learned = (scope: Scope, name: string, count: number) =>
    scope.parameter(name, [count, features], normalValues(EMBEDDING_STD));
  const places = (scope: Scope) => placesOf(scope.child("places"), symbols, features);
  const encoded = (scope: Scope, caption: Tensor, isHidden: Tensor): Tensor => {
    const encoder = scope.child("encoder");
    const words = wordsOf(scope, setup, WORD_STD).all(caption, isHidden);
    const x = add(words, learned(scope, "textPlaces", textLength));
    const h = Array.from({ length: textBlocks }, (_, block) => `block${block + 1}`).reduce(
      (seen, name) => transformerBlock(encoder.child(name), seen, { heads, dropout }),
      x,
    );
    return layerNorm(encoder.child("norm"), h);
  };
  const imageLogits = (scope: Scope, h: Tensor) =>
    dense(scope.child("image"), h, { features: symbols.count });

  return {
    length: imageLength,
    prefix: 0,
    logits(scope, caption, isHidden, tokens) {
      const start = broadcastTo(learned(scope, "start", 1), [tokens.shape[0], 1, features]);
      const before = sliceAxis(tokens, 1, { start: 0, end: imageLength - 1 });
      const table = learned(scope, "tokens", symbols.count);
      const sequence = imageLength === 1 ? start : concat([start, gather(table, before)], 1);
      const h = transformerStack(scope.child("stack"), add(sequence, places(scope)), {
        ...config,
        masks,
        context: encoded(scope, caption, isHidden),
      });
      return { image: imageLogits(scope, h) };
    },
    masked(scope, caption, isHidden, tokens, hidden) {
      const vectors = maskedVectors(
        learned(scope, "tokens", symbols.count),
        learned(scope, "mask", 1),
        {
          tokens,
          hidden,
        },
      );
      const h = transformerStack(scope.child("stack"), add(vectors, places(scope)), {
        ...config,
        context: encoded(scope, caption, isHidden),
      });
      return imageLogits(scope, h);
    },
    position(scope, size) {
      const { symbol, caption, isHidden } = drawingInputs(size, textLength);
      const cache = cacheAt(cacheShape(setup, imageLength, size), masks);
      const { position } = cache;
      const token = gather(learned(scope, "tokens", symbols.count), symbol);
      const before = where(equal(position, 0), learned(scope, "start", 1), token);
      const { y, seen } = transformerStackAtPosition(
        scope.child("stack"),
        add(before, gather(places(scope), position)),
        {
          ...config,
          see: cache.see,
          context: encoded(scope, caption, isHidden),
        },
      );
      return {
        outputs: { logits: imageLogits(scope, y) },
        updates: cache.updates(seen),
      };
    },
  };
}
