"""Writes pca.json: how well principal components rebuild MNIST, by scikit-learn.

    python3 reference/pca.py ~/.cache/figment/datasets/mnist

Components are those of the 60,000 training images; the error is the mean squared error of a pixel in
[0, 1] over the 10,000 test images.
"""
import json
import os
import sys

import numpy as np
import sklearn
from sklearn.decomposition import PCA

HERE = os.path.dirname(os.path.abspath(__file__))


def images(name):
    with open(os.path.join(sys.argv[1], name), "rb") as file:
        return np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784) / 255


def main():
    train, test = images("train-images-idx3-ubyte"), images("t10k-images-idx3-ubyte")
    errors = {}
    for components in (2, 10, 32):
        pca = PCA(components, svd_solver="covariance_eigh").fit(train)
        rebuilt = pca.inverse_transform(pca.transform(test))
        errors[str(components)] = float(((rebuilt - test) ** 2).mean())
    result = {"scikit-learn": sklearn.__version__, "meanSquaredError": errors}
    with open(os.path.join(HERE, "pca.json"), "w") as file:
        json.dump(result, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
