"""Makes gmm.json: mixtures of Gaussians as scikit-learn fits and scores them.

    /usr/bin/python3 reference/gmm.py

Needs Debian's python3-sklearn. The images are the UCI digits that Figment ships, cut to 5x5 so that
the file stays small. Every fit starts from given means: weights and covariances are those of the images
nearest to each.
"""
import gzip
import json
import os

import numpy as np
import sklearn
from sklearn.mixture import GaussianMixture

HERE = os.path.dirname(os.path.abspath(__file__))
IMAGES = 400
COMPONENTS = 4
REG = 1e-4
TYPES = {"full": "full", "tied": "tied", "diagonal": "diag", "spherical": "spherical"}


def digits():
    with gzip.open(os.path.join(HERE, "../assets/digits/digits-images-idx3-ubyte.gz")) as file:
        raw = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 8, 8)
    part = raw[:IMAGES, 1:6, 1:6].reshape(IMAGES, -1)
    # Figment reads pixels as float32.
    return (part.astype(np.float32) / np.float32(raw.max())).astype(np.float64), raw.max()


def mixture(kind, passes):
    return GaussianMixture(
        COMPONENTS, covariance_type=kind, reg_covar=REG, tol=0, max_iter=max(1, passes)
    )


def start(images, kind, means):
    """The mixture after images went to the nearest of the means."""
    distances = ((images[:, None] - means[None]) ** 2).sum(-1)
    shares = np.eye(COMPONENTS)[distances.argmin(1)]
    model = mixture(kind, 0)
    model._initialize(images, shares)
    return model


def case(images, kind):
    means = images[:COMPONENTS]
    model = start(images, TYPES[kind], means)
    losses = []
    for _ in range(20):
        log_prob, log_resp = model._e_step(images)
        losses.append(-log_prob)
        model._m_step(images, log_resp)
    return {
        "covariance": kind,
        "losses": losses,
        "scores": (-model.score_samples(images[:10])).tolist(),
        "weights": model.weights_.tolist(),
        "means": model.means_.tolist(),
        "parameters": int(model._n_parameters()),
        "aic": model.aic(images),
        "bic": model.bic(images),
    }


def main():
    images, levels = digits()
    document = {
        "library": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
        "script": "reference/gmm.py",
        "reg": REG,
        "components": COMPONENTS,
        "images": IMAGES,
        "side": 5,
        "offset": 1,
        "largest": int(levels),
        "start": images[:COMPONENTS].ravel().tolist(),
        "cases": [case(images, kind) for kind in TYPES],
    }
    with open(os.path.join(HERE, "gmm.json"), "w") as file:
        json.dump(document, file, indent=1)
        file.write("\n")


main()
