"""Losses that several twins share; see steps.py."""
from torch.nn import functional as F


def mean_nll(logits, x):
    """Bernoulli negative log-likelihood, summed over an image's pixels."""
    return F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / x.shape[0]


def squared(pixels, x):
    """Squared error, summed over an image's pixels."""
    return (pixels - x).square().sum() / x.shape[0]
