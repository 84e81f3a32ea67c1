"""Takes training steps in PyTorch at the request of bench/protocol.ts.

    serve.py STEP THREADS FOLDER eager|compile

Prints a line about itself, then answers each request, one line of JSON, with a line of JSON. FOLDER
holds Figment's initial weights, batch and noise (bench/peers/start-file.ts). With `compile`, the loss
goes through torch.compile, which is done before that first line.
"""
import json
import math
import os
import re
import sys
import time


def main():
    step, threads, folder, mode = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
    try:
        import torch
    except ImportError as error:
        return {"cannot": f"PyTorch is not installed for {sys.executable}: {error}"}
    if mode == "compile" and not hasattr(torch, "compile"):
        return {"cannot": f"PyTorch {torch.__version__} has no torch.compile"}
    torch.set_num_threads(threads)
    blas, gflops = matmul_rate(torch)
    if gflops < 8:
        return {
            "cannot": f"PyTorch multiplies matrices at {gflops:.0f} GFLOP/s with the BLAS it found ({blas}), "
            "many times slower than it can; apt-get install libopenblas0-pthread"
        }
    import steps

    idle = peak_bytes()
    start = Start(torch, folder)
    started = time.perf_counter()
    torch.manual_seed(0)
    model = steps.STEPS[step]()
    try:
        start.load_into(model)
    except ValueError as error:
        return {"cannot": f"the twin is not the same model: {error}"}
    trained = [p for name, p in model.named_parameters() if name.startswith(tuple(start.trains))]
    optimiser, rule = adam(torch, trained, start.learning_rate)
    x = start.pixels
    given = GivenNoise()
    loss_of = torch.compile(model.loss) if mode == "compile" else model.loss

    def gradients(noise):
        optimiser.zero_grad(set_to_none=True)
        loss = loss_of(x, noise)
        loss.backward()
        return loss

    def train(noise):
        loss = gradients(noise)
        optimiser.step()
        return loss.item()

    def forward():
        with torch.no_grad():
            return loss_of(x, drawn).item()

    def drawn(_, *shape, uniform=False):
        return torch.rand(shape) if uniform else torch.randn(shape)

    def train_given(arrays):
        given.arrays = arrays
        return train(given)

    if mode == "compile":
        try:
            given.arrays = start.noise[0]
            gradients(given)
            gradients(drawn)
            forward()
        except Exception as error:
            return {"cannot": f"torch.compile fails: {str(error).strip().splitlines()[0]}"}

    def answer(request):
        what = request["do"]
        if what == "losses":
            return {"losses": [train_given(start.noise.pop(0)) for _ in range(request["count"])]}
        if what == "steps":
            return {"times": timed(lambda: train(drawn), request["count"])}
        if what == "forward":
            return {"times": timed(forward, request["count"])}
        return {"peakBytes": peak_bytes(), "idleBytes": idle}

    print(json.dumps({
        "name": f"PyTorch {torch.__version__}",
        "detail": f"{blas}, {gflops:.0f} GFLOP/s at 512³; {one_dnn(torch)}; {rule}",
        "threads": torch.get_num_threads(),
        "parameters": sum(p.numel() for p in model.parameters()),
        "readyMs": (time.perf_counter() - started) * 1000,
    }), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
    return None


class Start:
    """The weights, batch and noise that Figment wrote."""

    def __init__(self, torch, folder):
        with open(os.path.join(folder, "start.json"), encoding="utf8") as file:
            self.header = json.load(file)
        with open(os.path.join(folder, "start.bin"), "rb") as file:
            self.elements = torch.frombuffer(bytearray(file.read()), dtype=torch.float32)
        self.trains = [f"{scope}." for scope in self.header["trains"]]
        self.learning_rate = self.header["learningRate"]
        self.pixels = self.array(self.header["pixelsUnit"])
        # Figment's noise for the first steps, by step and name.
        self.noise = [
            {place["name"]: self.array(place) for place in places} for places in self.header["noise"]
        ]

    def array(self, place):
        count = math.prod(place["shape"])
        part = self.elements[place["offset"]:place["offset"] + count]
        return part.reshape(place["shape"]).clone()

    def load_into(self, model):
        """Fails if the two models differ in a parameter's name or shape."""
        own = dict(model.named_parameters())
        given = {place["name"]: place for place in self.header["parameters"]}
        if own.keys() != given.keys():
            raise ValueError(f"parameters differ: {sorted(own.keys() ^ given.keys())}")
        for name, place in given.items():
            if list(own[name].shape) != place["shape"]:
                raise ValueError(f"{name} is {list(own[name].shape)} here, {place['shape']} in Figment")
            own[name].data.copy_(self.array(place))


class GivenNoise:
    """Noise that was drawn before. One object for all steps, so that torch.compile compiles once."""

    def __init__(self):
        self.arrays = {}

    def __call__(self, name, *shape, uniform=False):
        return self.arrays[name].reshape(shape)


def adam(torch, parameters, learning_rate):
    """Adam in one kernel where this PyTorch has it for the processor, and what it is called."""
    try:
        return torch.optim.Adam(parameters, lr=learning_rate, fused=True), "fused Adam"
    except (RuntimeError, TypeError):
        return torch.optim.Adam(parameters, lr=learning_rate), "Adam"


def one_dnn(torch):
    """oneDNN's version as PyTorch was built with it, and whether it is used."""
    if not torch.backends.mkldnn.is_available():
        return "without oneDNN"
    version = re.search(r"MKL-DNN v([0-9.]+)", torch.__config__.show())
    name = "oneDNN" if version is None else f"oneDNN {version[1]}"
    return name if getattr(torch.backends.mkldnn, "enabled", True) else f"{name} switched off"


def matmul_rate(torch):
    """The loaded BLAS and its GFLOP/s at 512³; Debian's reference BLAS reaches two."""
    a, b = torch.rand(512, 512), torch.rand(512, 512)
    best = min(timed(lambda: torch.mm(a, b), 8))
    with open("/proc/self/maps", encoding="utf8") as maps:
        loaded = maps.read()
    # PyPI's PyTorch contains MKL, while NumPy may have loaded an OpenBLAS of its own.
    if "BLAS_INFO=mkl" in torch.__config__.show():
        return "MKL", 2 * 512**3 / best / 1e6
    # Debian's reference BLAS, even if LAPACK has also loaded OpenBLAS.
    names = {"/blas/libblas.so": "reference BLAS", "openblas": "OpenBLAS", "blis": "BLIS"}
    blas = next((name for part, name in names.items() if part in loaded), "unknown BLAS")
    return blas, 2 * 512**3 / best / 1e6


def timed(work, count):
    times = []
    for _ in range(count):
        begin = time.perf_counter()
        work()
        times.append((time.perf_counter() - begin) * 1000)
    return times


def peak_bytes():
    """Largest resident set. Not ru_maxrss, which starts at the size of the parent process."""
    with open("/proc/self/status", encoding="utf8") as status:
        line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


problem = main()
if problem is not None:
    print(json.dumps(problem), flush=True)
