"""Writes grey.json: colours and the grey that Pillow makes of them (ITU-R BT.601 luma).

    pip install pillow==13.0.0 numpy==2.4.6 && python reference/grey.py
"""
import base64
import json
import pathlib

import numpy as np
import PIL
from PIL import Image

primaries = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [0, 0, 0], [127, 128, 127]]
drawn = np.random.default_rng(7).integers(0, 256, (506, 3))
colours = np.concatenate([primaries, drawn]).astype(np.uint8)
grey = np.asarray(Image.fromarray(colours[None], "RGB").convert("L"))

fixture = {
    "versions": {"pillow": PIL.__version__, "numpy": np.__version__},
    "rgb": base64.b64encode(colours.tobytes()).decode(),
    "grey": base64.b64encode(grey.tobytes()).decode(),
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(fixture) + "\n")
