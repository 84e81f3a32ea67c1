"""Writes safetensors.json: files made by the reference implementation, and half-precision roundings.

    pip install safetensors==0.8.0 numpy==2.4.6 && python reference/safetensors_fixture.py
"""
import base64
import json
import pathlib

import numpy as np
import safetensors
from safetensors.numpy import save

rng = np.random.default_rng(7)
tensors = {
    "weights.kernel": rng.standard_normal((3, 2)).astype(np.float32),
    "weights.bias": np.array([0.0, -0.0, np.inf, -np.inf, np.nan], np.float32),
    "adam.step": np.array(12345678901234567, np.int64),
    "adam.mean": rng.standard_normal(4),
    "counts": np.array([[-5], [7]], np.int32),
    "half": np.array([1.5, -2.0, 65504, 6e-8], np.float16),
    "mask": np.array([True, False, True]),
    "pixels": np.arange(5, dtype=np.uint8),
    "empty": np.zeros((0, 4), np.float32),
    "déjà vu": np.array([1], np.uint8),
}
floats = np.concatenate([
    rng.standard_normal(200),
    rng.uniform(-1, 1, 200) * 2.0 ** rng.integers(-28, 18, 200),
    [65504, 65519.996, 65520, 2**-24, 2**-25, 2**-25 * 1.0001, 3 * 2**-25, 2**-14, 1 + 2**-11],
]).astype(np.float32)
with np.errstate(over="ignore"):
    halves = floats.astype(np.float16)

fixture = {
    "made_by": f"reference/safetensors_fixture.py, safetensors {safetensors.__version__}, numpy {np.__version__}",
    "file": base64.b64encode(save(tensors, {"note": "ünï \"quoted\""})).decode(),
    "no_metadata": base64.b64encode(save({"x": tensors["counts"]})).decode(),
    "float32": base64.b64encode(floats.tobytes()).decode(),
    "float16": base64.b64encode(halves.tobytes()).decode(),
}
path = pathlib.Path(__file__).with_name("safetensors.json")
path.write_text(json.dumps(fixture, indent=1) + "\n")
