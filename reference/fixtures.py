"""What the scripts that write fixtures from PyTorch share: float64 from a fixed seed, and arrays as JSON."""

import json
import pathlib

import torch

torch.manual_seed(20240229)
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def numbers(x):
    """Twelve digits are plenty for a tolerance of 1e-9, and half the file."""
    return [float(f"{float(v):.12g}") for v in x.detach().reshape(-1)]


def array(x):
    return {"shape": list(x.shape), "data": numbers(x)}


def arrays(named):
    return {name: array(x) for name, x in named.items()}


def write(script, fixture):
    """Writes the fixture beside its script, with what it was made by."""
    path = pathlib.Path(script)
    made = {
        "script": f"reference/{path.name}",
        "torch": torch.__version__,
        "precision": "float64",
    }
    text = json.dumps({"made": made, **fixture}, separators=(",", ":"))
    path.with_suffix(".json").write_text(text + "\n")
