/** Criteria that weigh fit against the number of parameters; lower is better, for the same data. */
export interface InformationCriteria extends Readonly<Record<string, number>> {
  /** 2 p + 2 n · nll. @source Akaike 1974, doi:10.1109/TAC.1974.1100705 */
  readonly aic: number;
  /** p ln n + 2 n · nll. @source Schwarz 1978, doi:10.1214/aos/1176344136 */
  readonly bic: number;
}

/**
 * @param nllNats     mean negative log-likelihood of the training images, in nats
 * @param count       number of training images, or the sum of their weights
 * @param parameters  number of free parameters
 */
export function criteria(nllNats: number, count: number, parameters: number): InformationCriteria {
  return {
    aic: 2 * parameters + 2 * count * nllNats,
    bic: parameters * Math.log(count) + 2 * count * nllNats,
  };
}
