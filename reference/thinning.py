"""Makes thinning.json: figures thinned by OpenCV's Zhang and Suen.

    python3 reference/thinning.py

Needs opencv-contrib-python-headless from PyPI. The figures are UCI digits that Figment ships, enlarged five times
without smoothing, one of each class. Rows are strings of 0 and 1.
"""
import gzip
import json
import os

import cv2
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ZOOM = 5


def read(name, offset):
    with gzip.open(os.path.join(HERE, "../assets/digits", name)) as file:
        return np.frombuffer(file.read(), np.uint8, offset=offset)


def lines(figure):
    ink = figure.astype(np.uint8) * 255
    return cv2.ximgproc.thinning(ink, thinningType=cv2.ximgproc.THINNING_ZHANGSUEN) > 0


def rows(figure):
    return ["".join(str(int(value)) for value in row) for row in figure]


images = read("digits-images-idx3-ubyte.gz", 16).reshape(-1, 8, 8)
labels = read("digits-labels-idx1-ubyte.gz", 8)
figures = []
for digit in range(10):
    image = images[np.flatnonzero(labels == digit)[0]]
    figure = np.pad(np.kron(image > 7, np.ones((ZOOM, ZOOM))), 1) > 0
    figures.append({"figure": rows(figure), "lines": rows(lines(figure))})

with open(os.path.join(HERE, "thinning.json"), "w") as file:
    json.dump({"opencv": cv2.__version__, "figures": figures}, file)
    file.write("\n")
