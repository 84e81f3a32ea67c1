"""Writes evaluate.json: samples of zoo:vae-mnist judged by torch-fidelity, through its ONNX generator path.

The features are those of zoo:classifier-mnist, and the real images the 200 digits of zoo.json. Run with
current torch, torch-fidelity and onnxruntime from PyPI, after exporting both:

    npx figment export zoo:vae-mnist --no-scores --out /tmp/vae
    npx figment export zoo:classifier-mnist --no-scores --out /tmp/classifier
    python3 reference/evaluate.py /tmp/vae/sampler.onnx /tmp/classifier
"""

import base64
import importlib.metadata
import json
import pathlib
import sys

import numpy as np
import onnxruntime
import torch
import torch_fidelity
from torch_fidelity.feature_extractor_base import FeatureExtractorBase
from torch_fidelity.noise import random_normal

HERE = pathlib.Path(__file__).parent
SAMPLER, CLASSIFIER = sys.argv[1], pathlib.Path(sys.argv[2])
COUNT, CODE, SEED = 200, 40, 7
FEATURES, LOGITS = "128", "log probabilities"


class Classifier(FeatureExtractorBase):
    """Features and log-probabilities of images in [0, 1], rounded to 256 levels as image files are."""

    def __init__(self, name, features_list, **kwargs):
        super().__init__(name, features_list)
        self.codes = onnxruntime.InferenceSession(CLASSIFIER / "encoder.onnx")
        self.probs = onnxruntime.InferenceSession(CLASSIFIER / "classifier.onnx")

    @staticmethod
    def get_provided_features_list():
        return FEATURES, LOGITS

    @staticmethod
    def get_default_feature_layer_for_metric(metric):
        return LOGITS if metric == "isc" else FEATURES

    @staticmethod
    def can_be_compiled():
        return False

    def forward(self, images):
        pixels = (torch.floor(images * 255 + 0.5) / 255).float().numpy()
        of = {
            FEATURES: lambda: self.codes.run(None, {"pixelsUnit": pixels})[0],
            LOGITS: lambda: np.log(np.maximum(self.probs.run(None, {"pixelsUnit": pixels})[0], 1e-30)),
        }
        return tuple(torch.from_numpy(of[name]()) for name in self.features_list)


class Digits(torch.utils.data.Dataset):
    def __init__(self):
        bits = base64.b64decode(json.loads((HERE / "zoo.json").read_text())["bits"])
        pixels = np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little")
        self.images = torch.from_numpy(pixels.reshape(-1, 1, 28, 28)[:COUNT].astype(np.float32))

    def __len__(self):
        return len(self.images)

    def __getitem__(self, at):
        return self.images[at]


torch_fidelity.register_feature_extractor("classifier-mnist", Classifier)
found = torch_fidelity.calculate_metrics(
    input1=SAMPLER,
    input1_model_z_type="normal",
    input1_model_z_size=CODE,
    input1_model_num_samples=COUNT,
    input2=Digits(),
    feature_extractor="classifier-mnist",
    cuda=False,
    cache=False,
    fid=True,
    isc=True,
    prc=True,
    prc_neighborhood=5,
    samples_shuffle=False,
    batch_size=50,
    save_cpu_ram=True,
    rng_seed=SEED,
)

# The noise that torch-fidelity draws, batch after batch.
rng = np.random.RandomState(SEED)
noise = torch.cat([random_normal(rng, (50, CODE)) for _ in range(COUNT // 50)]).numpy()
packages = ["torch", "torch-fidelity", "onnxruntime"]
fixture = {
    "made": {
        "script": "reference/evaluate.py",
        **{name: importlib.metadata.version(name) for name in packages},
    },
    "count": COUNT,
    "noise": base64.b64encode(noise.astype("<f4").tobytes()).decode(),
    "metrics": {name: float(value) for name, value in sorted(found.items())},
}
(HERE / "evaluate.json").write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
print(fixture["metrics"])
