import type { Profile } from "./profile.js";

/** Kinds of operators; the first matching kind counts. */
const KINDS = {
  "products and convolutions": /^(Fused|Nhwc)?(Conv|ConvTranspose|Gemm|MatMul)$/,
  layouts: /^(ReorderInput|ReorderOutput|Transpose|Concat|Slice|Split|Pad|Reshape|Expand|Gather)$/,
  sums: /^(Reduce\w+|ArgMax|Softmax|LogSoftmax|LayerNormalization)$/,
  "element by element": /./,
} as const;

export type Kind = keyof typeof KINDS;
export const kinds = Object.keys(KINDS) as Kind[];

/** How the milliseconds of a step divide among kinds of operators. */
export interface Account {
  readonly msOf: Readonly<Record<Kind, number>>;
  /** Time outside operators: noise, feeds, the trainer, and the library's own overhead. */
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
