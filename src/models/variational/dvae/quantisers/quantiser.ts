import type { Clock, Objective } from "../../../../core/steps.js";
import type { Scope } from "../../../../nn/scope.js";
import type { Tensor, TensorLike } from "../../../../tensor/tensor.js";

/** What a training step makes of the encoder's output. */
export interface Quantised {
  /** [B, D, h, w] the decoder's input, differentiable in the encoder's output */
  readonly vectors: Tensor;
  /** [B] KL(q(z|x) ‖ p(z)) in nats an image, to the uniform prior over all tokens */
  readonly klNats: Tensor;
  /** Weight of the KL in the loss. */
  readonly klWeight: TensorLike;
  /** [B] a further term of the loss. */
  readonly penalty?: Tensor;
  readonly metrics: Objective["metrics"];
}

/** q(z|x) of a batch, for bounds of the likelihood. */
export interface TokenPosterior {
  /** [B] nats an image */
  readonly klNats: Tensor;
  /**
   * Draws tokens.
   *
   * @returns  tokens [B, K, h, w], int64, and log q of all tokens of a draw [B, K] in nats
   */
  draw(scope: Scope, samples: number): { readonly tokens: Tensor; readonly logProbs: Tensor };
  /** True where all draws are the same. */
  readonly certain: boolean;
}

/** Turns the encoder's output at each position of the grid into one of K codes. */
export interface Quantiser {
  /** Number of codes K. */
  readonly codes: number;
  /** Channels of the encoder's output. */
  readonly inputs: number;
  /**
   * Gain of the weights that the encoder's outputs have at first: large enough that positions differ in
   * their codes from the start. Where all have the same, the decoder learns to do without them.
   */
  readonly gain: number;
  /** Length D of a code's vector. */
  readonly length: number;
  /** How codes are made, for explanations. */
  readonly describes: string;
  /** How the bound treats q(z|x), for protocols. */
  readonly estimator: string;
  /** @param encoded  [B, inputs, h, w] */
  quantise(scope: Scope, encoded: Tensor, clock: Clock): Quantised;
  posterior(scope: Scope, encoded: Tensor): TokenPosterior;
  /** The likeliest code of each position: [B, inputs, h, w] → int64 [B, h, w] */
  tokens(scope: Scope, encoded: Tensor): Tensor;
  /** The vectors of codes: int32 or int64 [N, h, w] → [N, D, h, w] */
  vectors(scope: Scope, tokens: Tensor): Tensor;
  /** The vector of each position's likeliest code, differentiable in the encoder's output. */
  likeliest(scope: Scope, encoded: Tensor): Tensor;
}
