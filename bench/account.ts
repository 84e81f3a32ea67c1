import type { Profile } from "./profile.js";

/** Kinds of operators; the first that fits counts. */
const KINDS = {
  "products and convolutions": /^(Fused|Nhwc)?(Conv|ConvTranspose|Gemm|MatMul)$/,
  layouts: /^(ReorderInput|ReorderOutput|Transpose|Concat|Slice|Split|Pad|Reshape|Expand|Gather)$/,
  sums: /^(Reduce\w+|ArgMax|Softmax|LogSoftmax|LayerNormalization)$/,
  "element by element": /./,
} as const;

export type Kind = keyof typeof KINDS;
export const kinds = Object.keys(KINDS) as Kind[];

/** Where the milliseconds of a step go. */
export interface Account {
  readonly msOf: Readonly<Record<Kind, number>>;
  /** What is no operator's: noise, feeds, the trainer, and what the library does between operators. */
  readonly betweenMs: number;
}

export function accountOf({ stepMs, operators }: Profile): Account {
  const msOf = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<Kind, number>;
  let inOperators = 0;
  for (const { operator, ms } of operators) {
    const kind = kinds.find((name) => KINDS[name].test(operator))!;
    msOf[kind] += ms;
    inOperators += ms;
  }
  return { msOf, betweenMs: stepMs - inOperators };
}
