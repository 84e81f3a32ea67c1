"""Writes extractors.json: features of images that Pillow resizes and a network of PyTorch describes.

The network stands in it as an ONNX file in base64, exported with the number of images left open. Run with
current torch, onnx, onnxscript and Pillow from PyPI: python3 reference/extractors.py
"""

import base64
import importlib.metadata
import json
import pathlib
import tempfile

import numpy as np
import torch
from PIL import Image
from torch import nn

from metrics import uniforms

COUNT, CHANNELS, HEIGHT, WIDTH = 5, 3, 20, 14
SIDE, FEATURES = 9, 6
MEAN, SD = [0.1, -0.2, 0.3], [0.5, 0.6, 0.7]

torch.manual_seed(1)
network = nn.Sequential(
    nn.Conv2d(CHANNELS, 8, 3, stride=2),
    nn.ReLU(),
    nn.Conv2d(8, 16, 3, padding=1),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(16, FEATURES),
).eval()

pixels = np.floor(256 * uniforms(1, COUNT * CHANNELS * HEIGHT * WIDTH)).astype(np.uint8)
pixels = pixels.reshape(COUNT, CHANNELS, HEIGHT, WIDTH)


def resized(plane, kernel):
    """In float, so that nothing is rounded; what overshoots is cut off."""
    image = Image.fromarray(plane.astype(np.float32) / 255, mode="F")
    return np.clip(np.asarray(image.resize((SIDE, SIDE), kernel)), 0, 1)


def features(kernel):
    unit = np.stack([[resized(plane, kernel) for plane in image] for image in pixels])
    signed = 2 * unit[:, ::-1] - 1
    shaped = [np.array(x, np.float32).reshape(1, 3, 1, 1) for x in (MEAN, SD)]
    with torch.no_grad():
        return network(torch.from_numpy(((signed - shaped[0]) / shaped[1]).astype(np.float32)))


with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / "network.onnx"
    example = torch.zeros(2, CHANNELS, SIDE, SIDE)
    batch = torch.export.Dim("batch")
    torch.onnx.export(
        network,
        (example,),
        path,
        input_names=["images"],
        output_names=["features"],
        dynamic_shapes=[{0: batch}],
        dynamo=True,
        external_data=False,
    )
    model = path.read_bytes()

packages = ["torch", "onnx", "onnxscript", "pillow", "numpy"]
fixture = {
    "made": {
        "script": "reference/extractors.py",
        **{name: importlib.metadata.version(name) for name in packages},
    },
    "model": base64.b64encode(model).decode(),
    "preparation": {
        "size": SIDE,
        "rounded": False,
        "range": [-1, 1],
        "mean": MEAN,
        "sd": SD,
        "channels": "BGR",
    },
    "shape": [COUNT, CHANNELS, HEIGHT, WIDTH],
    "pixels": base64.b64encode(pixels.tobytes()).decode(),
    "features": {
        name: [float(f"{v:.9g}") for v in features(kernel).reshape(-1).tolist()]
        for name, kernel in [("triangle", Image.BILINEAR), ("cubic", Image.BICUBIC)]
    },
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
