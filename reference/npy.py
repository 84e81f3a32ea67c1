"""Writes npy.json: headers of .npy files, plain and damaged, and whether NumPy reads them.

    pip install numpy==2.4.6 && python reference/npy.py
"""
import base64
import io
import json
import pathlib
import random
import warnings

import numpy as np

warnings.simplefilter("error")
GOOD = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }"
HEADERS = [
    GOOD,
    "{'shape': (2, 3), 'fortran_order': True, 'descr': '|u1'}",
    '{"descr": "|u1", "fortran_order": False, "shape": (2, 3)}',
    "{'descr': '|u1', 'fortran_order': False, 'shape': (2,3,),}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (6,)}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (6)}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': [2, 3]}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (02, 3)}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (2, -3)}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (2 3)}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (2,, 3)}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (2.0, 3)}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': ()}",
    "{'descr': '|u1', 'fortran_order': 0, 'shape': (2, 3)}",
    "{'descr': '|u1', 'fortran_order': false, 'shape': (2, 3)}",
    "{'descr': '|u1', 'fortran_order': False}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), 'more': 1}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)} more",
    "more {'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)",
    "'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)",
    "{'descr': '|u1' 'fortran_order': False, 'shape': (2, 3)}",
    "{'descr': '|u1', 'fortran_order': False 'shape': (2, 3)}",
    "{'descr': '|u9', 'fortran_order': False, 'shape': (2, 3)}",
    "{'descr': '', 'fortran_order': False, 'shape': (2, 3)}",
    "{'descr': '|u1\\'', 'fortran_order': False, 'shape': (2, 3)}",
    "{'descr': '|u1\", 'fortran_order': False, 'shape': (2, 3)}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)}\0",
    "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)}",
    "",
    " " * 60,
    GOOD + " " * 12_000,
]


def file_of(header: bytes, version=(1, 0)) -> bytes:
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    size = len(header).to_bytes(2 if version[0] == 1 else 4, "little")
    return b"\x93NUMPY" + bytes(version) + size + header + bytes(range(6))


def reading(file: bytes):
    """The array's shape and elements, row-major, or None where NumPy refuses the file."""
    try:
        stream = io.BytesIO(file)
        array = np.lib.format.read_array(stream, allow_pickle=False)
        # NumPy leaves what follows the array to whoever reads on; a file of one array has nothing there.
        if stream.read() or array.dtype.kind not in "biuf":
            return None
        return {"shape": list(array.shape), "values": [float(v) for v in array.ravel("C")]}
    except Exception:
        return None


files = [file_of(header.encode("latin1")) for header in HEADERS]
files += [file_of(GOOD.encode(), version) for version in [(1, 1), (2, 0), (3, 0), (3, 1), (4, 0), (0, 0)]]
chance = random.Random(7)
for _ in range(400):
    damaged = bytearray(file_of(GOOD.encode()))
    for _ in range(chance.choice([1, 1, 2])):
        damaged[chance.randrange(len(damaged) - 6)] = chance.choice([chance.randrange(256), ord(" "), ord("'")])
    files.append(bytes(damaged))

fixture = {
    "versions": {"numpy": np.__version__},
    "files": [
        {"bytes": base64.b64encode(file).decode(), "reading": reading(file)}
        for file in dict.fromkeys(files)
    ],
}
text = json.dumps(fixture, allow_nan=False, separators=(",", ":"))
pathlib.Path(__file__).with_suffix(".json").write_text(text.replace('{"bytes"', '\n{"bytes"') + "\n")
print(sum(f["reading"] is not None for f in fixture["files"]), "of", len(fixture["files"]), "are read")
