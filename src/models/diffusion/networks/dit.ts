import {
  adaptiveBlock,
  adaptiveNorm,
  conv2d,
  dense,
  normalValues,
  pixelShuffle,
  zeros,
} from "../../../nn/index.js";
import { add } from "../../../tensor/ops/elementwise.js";
import { reshape, transpose } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { headsFor, type Network } from "./network.js";

/**
 * A diffusion transformer (DiT): patches as tokens, and transformer blocks whose normalisations are scaled
 * and shifted by what the network is told.
 *
 * @source Peebles & Xie 2023, arXiv:2212.09748, section 3.2 (adaLN-Zero), with learned places
 */
export const dit: Network = {
  embeddingLength: ({ channels }) => channels,
  trace,
};

function trace(...[scope, z, told, settings, channels]: Parameters<Network["trace"]>): Tensor {
  const { channels: width, blocks, dropout, patch } = settings;
  const heads = headsFor(width, settings.heads);
  const grid = conv2d(scope.child("in"), z, { channels: width, kernel: patch, stride: patch });
  const [batch, , rows, columns] = grid.shape;
  const count = Number(rows) * Number(columns);
  const tokens = transpose(reshape(grid, [batch, width, count]), [0, 2, 1]);
  const places = scope.child("places").parameter("weight", [count, width], normalValues(0.02));
  let h = add(tokens, places);
  for (let index = 1; index <= blocks; index++) {
    h = adaptiveBlock(scope.child(`block${index}`), h, { condition: told, heads, dropout });
  }
  const out = dense(scope.child("out"), adaptiveNorm(scope.child("norm"), h, told), {
    features: channels * patch ** 2,
    weightInitialiser: zeros,
    biasInitialiser: zeros,
  });
  const squares = reshape(transpose(out, [0, 2, 1]), [batch, channels * patch ** 2, rows, columns]);
  return patch === 1 ? squares : pixelShuffle(squares, patch);
}
