import type { Scope } from "../../../nn/scope.js";
import { concat, reshape, zerosOfShape } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Maps } from "../masks.js";
import { gateBias } from "../pixel-rnn/lstm.js";
import { biasOf, type LayerSpec, maskedWeight } from "../pixel-rnn/maps.js";
import { mapsOf, type Network, stateMaps } from "../pixel-rnn/network.js";
import type { Direction } from "./diagonals.js";

/** The gates of one direction's LSTM as one product. */
export interface Cell {
  /**
   * [4h, 2h + C + 2h]: its columns belong to the layer's input, the pixel, and the states of the pixels
   * beside and above.
   */
  readonly weight: Tensor;
  /** [4h, 1] */
  readonly bias: Tensor;
}

/**
 * The LSTM from the left reads its input under mask B, and does not read the pixel itself. The LSTM from
 * the right needs no mask, because only the row below reads its state.
 */
export function cellOf(scope: Scope, network: Network, direction: Direction): Cell {
  const place = scope.child(direction);
  const { config, channels } = network;
  const whole = (count: number): Maps => ({ channels: count, groups: 1 });
  const gates = whole(4 * config.hidden);
  const fromInput: LayerSpec =
    direction === "left"
      ? { from: mapsOf(network), to: stateMaps(network, 4), mask: "B", bias: gateBias }
      : { from: whole(2 * config.hidden + channels), to: gates, mask: "B", bias: gateBias };
  const fromState: LayerSpec = { from: whole(2 * config.hidden), to: gates, mask: "B" };
  const unread = direction === "left" ? [zerosOfShape([gates.channels, channels])] : [];
  const inputScope = place.child("inputToState");
  return {
    weight: concat(
      [
        flat(maskedWeight(inputScope, fromInput)),
        ...unread,
        flat(maskedWeight(place.child("stateToState"), fromState)),
      ],
      1,
    ),
    bias: biasOf(inputScope, fromInput),
  };
}

const flat = (weight: Tensor): Tensor => reshape(weight, [weight.shape[0], -1]);
