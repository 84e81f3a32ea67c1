/** Why a training with patience has ended. */
export const withoutBetter = (patience: number | undefined): string =>
  `no better validation in ${patience} ${patience === 1 ? "epoch" : "epochs"}`;
