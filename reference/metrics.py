"""Makes metrics.json: metrics of generative models as their reference implementations compute them.

    python3 -m venv /tmp/oracles
    /tmp/oracles/bin/pip install torch torch-fidelity==0.4.0 scipy scikit-learn prdc pytorch-msssim==1.0.0
    /tmp/oracles/bin/python reference/metrics.py

Inputs are made from counters by integer arithmetic, the same here as in
src/metrics/reference.testing.ts, so that only results are stored.
"""
import importlib.metadata
import json
import os

import numpy as np
import prdc
import scipy.linalg
import scipy.spatial.distance
import scipy.stats
import torch
from pytorch_msssim import ms_ssim, ssim
from scipy.ndimage import gaussian_filter
from sklearn.neighbors import KernelDensity
from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
from torch_fidelity.metric_isc import isc_features_to_metric
from torch_fidelity.metric_kid import kernel_mmd, kernel_rbf, mmd2

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGES = ["numpy", "scipy", "scikit-learn", "prdc", "torch", "torch-fidelity", "pytorch-msssim"]


def uniforms(seed, length):
    """Multiples of 2^-32 in [0, 1): the 32-bit finaliser of MurmurHash3 over a counter."""
    h = (np.arange(length, dtype=np.uint64) + np.uint64(seed * 0x9E3779B1)) & np.uint64(0xFFFFFFFF)
    for multiplier, shift in ((0x85EBCA6B, 16), (0xC2B2AE35, 13), (1, 16)):
        h ^= h >> np.uint64(shift)
        h = (h * np.uint64(multiplier)) & np.uint64(0xFFFFFFFF)
    return h.astype(np.float64) / 2**32


def features(seed, count, width, scale=1.0, shift=0.0):
    """Rows of sums of four uniforms, each feature leaning on the one before."""
    u = uniforms(seed, 4 * count * width).reshape(count, width, 4)
    x = u[..., 0] + u[..., 1] + u[..., 2] + u[..., 3] - 2
    for column in range(1, width):
        x[:, column] = x[:, column] + 0.5 * x[:, column - 1]
    return scale * x + shift


def singular(x, rank):
    """The columns from `rank` on repeat sums of two before; the last one is constant."""
    y = x.copy()
    for column in range(rank, x.shape[1]):
        y[:, column] = y[:, column - rank] + y[:, column - rank + 1]
    y[:, -1] = 1
    return y


def by_singular_values(a, b):
    """tr (S1^1/2 S2 S1^1/2)^1/2 as the nuclear norm of P Q^T, where S1 = P^T P and S2 = Q^T Q."""
    p, q = ((x - x.mean(0)) / np.sqrt(len(x) - 1) for x in (a, b))
    root = np.linalg.svd(p @ q.T, compute_uv=False).sum()
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + (p**2).sum() + (q**2).sum() - 2 * root)


def by_sqrtm(a, b):
    s, t = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = scipy.linalg.sqrtm(s @ t)
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(s) + np.trace(t) - 2 * np.trace(root).real)


def frechet():
    a, b = features(1, 300, 16), features(2, 250, 16, 1.25, 0.25)
    wide = features(3, 400, 100), features(4, 500, 100, 0.75, -0.5)
    cases = {
        "random": (a, b),
        "wide": wide,
        "far from the origin": (a + 1000, b + 1000),
        "singular": (singular(a, 11), singular(b, 11)),
        "one singular": (a, singular(b, 11)),
        "fewer images than features": (a[:5], b[:7]),
        "identical": (a, a),
    }
    return {
        name: {
            "torchFidelity": fid_statistics_to_metric(
                *(fid_features_to_statistics(torch.from_numpy(x)) for x in pair), False
            )["frechet_inception_distance"],
            "sqrtm": by_sqrtm(*pair),
            "singularValues": by_singular_values(*pair),
        }
        for name, pair in cases.items()
    }


def kernel():
    x, y = features(5, 60, 12), features(6, 50, 12, 1.25, 0.25)
    options = {"kid_kernel": "poly", "kid_kernel_poly_degree": 3, "kid_kernel_poly_coef0": 1, "verbose": False}
    order = np.arange(40)
    subsets = [kernel_mmd(x[(7 * order + s) % 60], y[(3 * order + s) % 50], **options) for s in range(5)]
    rbf = {"kid_kernel_rbf_sigma": 3.0, "verbose": False}
    a, b = x[:50], y
    biased = mmd2(
        kernel_rbf(a, a, **rbf), kernel_rbf(a, b, **rbf), kernel_rbf(b, b, **rbf), mmd_est="biased"
    )
    return {"subsets": subsets, "mean": float(np.mean(subsets)), "gaussian": float(biased)}


def inception_score():
    logits = features(7, 203, 10, 3.0)
    # Figment gives image i to split i mod 10, torch-fidelity to consecutive ones.
    order = np.argsort(np.arange(200) % 10, kind="stable")
    cases = {"splits 10": (logits[:200][order], 10), "splits 1": (logits, 1)}
    return {
        name: isc_features_to_metric(torch.from_numpy(x), splits, shuffle=False)
        for name, (x, splits) in cases.items()
    }


def manifolds():
    x, y = features(8, 90, 6), features(9, 140, 6, 0.7, 0.4)
    half = features(10, 60, 3)
    copies = np.concatenate([half, half[:20]])
    pairs = {"asymmetric": (x, y), "swapped": (y, x), "with copies": (copies, half[10:40])}
    return [
        {"pair": name, "k": k, **{key: float(v) for key, v in prdc.compute_prdc(*pair, k).items()}}
        for name, pair in pairs.items()
        for k in (1, 3, 5)
    ]


def similarity():
    x = torch.from_numpy(uniforms(11, 176 * 176).reshape(1, 1, 176, 176))
    y = torch.from_numpy(uniforms(12, 176 * 176).reshape(1, 1, 176, 176))
    ramp = torch.linspace(0, 1, 176, dtype=torch.float64).reshape(1, 1, 1, 176)
    x, y = 0.25 * x + 0.75 * ramp, 0.25 * y + 0.75 * ramp
    small = [image[:, :, :20, :20] for image in (x, y)]
    # pytorch-msssim's own window is rounded to float32, which costs the small variances digits.
    places = torch.arange(11, dtype=torch.float64) - 5
    window = torch.exp(-(places**2) / (2 * 1.5**2))
    window = (window / window.sum()).reshape(1, 1, 1, 11)
    # Below 22 pixels there is one scale.
    return {
        "five scales": float(ms_ssim(x, y, data_range=1, win=window)),
        "one scale": float(ssim(*small, data_range=1, win=window)),
    }


def gaussian_filters():
    plane = uniforms(17, 9 * 6).reshape(9, 6)
    return {str(sigma): gaussian_filter(plane, sigma).reshape(-1).tolist() for sigma in (0.5, 1.3, 4)}


def parzen():
    generated, test = features(13, 70, 4), features(14, 30, 4, 1.1)
    density = KernelDensity(bandwidth=0.3, rtol=1e-12).fit(generated)
    return float(density.score_samples(test).mean())


def mann_whitney():
    x, y = np.floor(20 * uniforms(15, 40)), np.floor(15 * uniforms(16, 55))
    n, m = len(x), len(y)
    u = scipy.stats.mannwhitneyu(x, y).statistic
    return float((u - n * m / 2) / np.sqrt(n * m * (n + m + 1) / 12))


def divergences():
    p, q = uniforms(17, 12), uniforms(18, 12)
    return {
        "kl": float(scipy.stats.entropy(p, q)),
        "jensenShannon": float(scipy.spatial.distance.jensenshannon(p, q) ** 2),
    }


def main():
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    result = {
        "library": versions,
        "script": "reference/metrics.py",
        "frechet": frechet(),
        "kernel": kernel(),
        "inceptionScore": inception_score(),
        "manifolds": manifolds(),
        "similarity": similarity(),
        "gaussianFilters": gaussian_filters(),
        "parzen": parzen(),
        "mannWhitney": mann_whitney(),
        "divergences": divergences(),
    }
    with open(os.path.join(HERE, "metrics.json"), "w") as file:
        json.dump(result, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
