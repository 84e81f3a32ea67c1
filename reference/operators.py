"""Writes operators.json: what PyTorch computes for the operators of src/tensor, with gradients.

Everything is float64 from a fixed seed. Run with current PyTorch and NumPy from PyPI:
python3 reference/operators.py

The gradients are those of the sum of result[i] · cos(i), i counting the result's elements in
row-major order.
"""

import json
import pathlib

import numpy
import torch
from torch.nn import functional as F

torch.manual_seed(20240229)
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

CASES = {}


def real(*shape, low=-2.0, high=2.0):
    """Operands have three digits, so that they are written exactly."""
    return torch.round((low + (high - low) * torch.rand(*shape)) * 1000) / 1000


def positive(*shape):
    return real(*shape, low=0.2, high=3)


def numbers(x):
    """Twelve digits are plenty for a tolerance of 1e-9, and half the file."""
    return [float(f"{float(v):.12g}") for v in x.detach().reshape(-1)]


def array(x):
    return {"shape": list(x.shape), "data": numbers(x)}


def case(name, function, *operands):
    """Records a result and, where the result is floating, the gradients in its operands."""
    leaves = [x.clone().requires_grad_() for x in operands]
    result = function(*leaves)
    entry = {"operands": [array(x) for x in operands], "result": array(result)}
    if result.dtype.is_floating_point and result.requires_grad:
        weights = torch.cos(torch.arange(result.numel(), dtype=torch.float64)).reshape(result.shape)
        gradients = torch.autograd.grad((result * weights).sum(), leaves)
        entry["gradients"] = [numbers(x) for x in gradients]
    CASES[name] = entry


edges = torch.tensor([-2.5, -1.5, -0.5, 0.0, 0.5, 1.5, 2.5])
far = torch.tensor([-200.0, -40.0, -5.0, -1e-8, 0.0, 1e-8, 5.0, 40.0, 200.0])

for name, function in {
    "neg": torch.neg,
    "abs": torch.abs,
    "sign": torch.sign,
    "exp": torch.exp,
    "sin": torch.sin,
    "cos": torch.cos,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "leakyRelu": lambda x: F.leaky_relu(x, 0.2),
    "elu": lambda x: F.elu(x, 0.7),
    "gelu": F.gelu,
    "silu": F.silu,
    "erf": torch.erf,
    "floor": torch.floor,
    "round": torch.round,
    # Limits that no edge meets: there, releases of PyTorch differ on the gradient.
    "clip": lambda x: torch.clamp(x, -0.6, 1.4),
}.items():
    case(name, function, edges)

case("sigmoid, far", torch.sigmoid, far)
case("softplus, far", lambda x: torch.logaddexp(x, torch.zeros(())), far)
case("logSoftmax, far", lambda x: F.log_softmax(x, 0), far)
case("logSumExp, far", lambda x: torch.logsumexp(x, 0), far)
case("elu of one, far", lambda x: F.elu(x), far)
case("gelu, far", F.gelu, far)
case("log", torch.log, positive(2, 3))
case("sqrt", torch.sqrt, positive(2, 3))
case("rsqrt", torch.rsqrt, positive(2, 3))
case("reciprocal", torch.reciprocal, positive(2, 3))
case("square", torch.square, real(2, 3))

case("add", torch.add, real(2, 1, 3), real(4, 1))
case("sub", torch.sub, real(3), real(2, 3))
case("mul", torch.mul, real(2, 1, 3), real(4, 1))
case("div", torch.div, real(2, 3), positive(2, 1))
case("pow", torch.pow, positive(2, 3), real(3))
case("pow of zero", torch.pow, torch.zeros(4), torch.arange(4.0))
case("pow of negative", lambda x: x**3, real(5))
case("maximum", torch.maximum, torch.tensor([1.0, 2.0, 3.0]), torch.tensor([2.0, 2.0, 2.0]))
case("minimum", torch.minimum, torch.tensor([1.0, 2.0, 3.0]), torch.tensor([2.0, 2.0, 2.0]))
case("where", lambda a, b: torch.where(a > b, a * b, b), real(3, 1), real(1, 4))

x = real(2, 3, 4)
case("sum", lambda x: x.sum((0, 2)), x)
case("mean", lambda x: x.mean((1, 2), keepdim=True), x)
case("max", lambda x: torch.amax(x, (0, 2)), x)
case("min", lambda x: torch.amin(x, 1, keepdim=True), x)
case("max of equals", lambda x: torch.amax(x, 1), torch.tensor([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]]))
case("variance", lambda x: x.var((0, 1), unbiased=False), x)
case("logSumExp", lambda x: torch.logsumexp(x, (0, 2)), x)
case("softmax", lambda x: torch.softmax(x, 1), x)
case("logSoftmax", lambda x: torch.log_softmax(x, -1), x)
case("cumulativeSum", lambda x: torch.cumsum(x, 1), x)
case("argMax", lambda x: torch.argmax(x, 1), x)
case("topKIndices", lambda x: torch.topk(x, 2, 1).indices, x)

case("matmul", torch.matmul, real(2, 3), real(3, 4))
case("matmul, batches", torch.matmul, real(2, 1, 3, 2), real(4, 2, 3))
case("matmul, shared weight", torch.matmul, real(2, 3, 2), real(2, 4))

case("convolve2d", F.conv2d, real(2, 2, 4, 5), real(3, 2, 3, 2))
case(
    "convolve2d, options",
    lambda x, w: F.conv2d(x, w, stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2),
    real(1, 4, 5, 5),
    real(4, 2, 3, 2),
)
case(
    "convolve2d, four pads",
    lambda x, w: F.conv2d(F.pad(x, (2, 0, 1, 0)), w),
    real(1, 1, 4, 4),
    real(2, 1, 2, 3),
)
case("convolveTransposed2d", F.conv_transpose2d, real(2, 2, 3, 2), real(2, 3, 3, 2))
case(
    "convolveTransposed2d, options",
    lambda x, w: F.conv_transpose2d(
        x, w, stride=(2, 3), padding=(1, 0), output_padding=(1, 2), dilation=(2, 1), groups=2
    ),
    real(1, 4, 3, 2),
    real(4, 1, 3, 2),
)
case("maxPool2d", lambda x: F.max_pool2d(x, 3, stride=2, padding=1), real(1, 2, 5, 6))
case("averagePool2d", lambda x: F.avg_pool2d(x, 2), real(1, 2, 4, 6))
for padding, size in ((1, 3), (1, 5)):
    case(
        f"averagePool2d, padded {size}",
        lambda x: F.avg_pool2d(x, 3, stride=3, padding=padding, count_include_pad=False),
        real(1, 1, size, size),
    )
case("upsampleNearest2d", lambda x: F.interpolate(x, scale_factor=(2, 3)), real(1, 2, 2, 3))
case(
    "upsampleBilinear2d",
    lambda x: F.interpolate(x, scale_factor=(2, 3), mode="bilinear", align_corners=False),
    real(1, 2, 3, 2),
)

case("transpose", lambda x: x.permute(2, 0, 1), x)
case("slice", lambda x: x[1:, ::2, -3:], x)
case("flip", lambda x: torch.flip(x, (0, 2)), x)
case("concat", lambda a, b: torch.cat((a, b, a), 1), real(2, 1), real(2, 3))
case("stack", lambda a, b: torch.stack((a, b), -1), real(2, 2), real(2, 2))
case("split", lambda x: torch.split(x, (1, 3), 2)[1], x)
case("tile", lambda x: torch.tile(x, (2, 3)), real(2, 2))
case("pad", lambda x: F.pad(x, (1, 0, 0, 2), value=0.5), real(2, 2))

index = torch.tensor([2, 0, 2])
case("gather", lambda x: x[:, index], real(2, 3))
case("embedding", lambda x: F.embedding(torch.tensor([[1, 0], [1, 1]]), x), real(3, 2))
case("takeAlong", lambda x: torch.gather(x, 1, torch.tensor([[2, 2], [0, 1]])), real(2, 3))
case("oneHot", lambda x: x * F.one_hot(index, 4), real(3, 4))
case("lowerTriangle", torch.tril, real(3, 3))
case("upperTriangle", lambda x: torch.triu(x, 1), real(3, 3))


def broadcast_pairs(count):
    """Random pairs of shapes and what NumPy says of them, null where they do not broadcast."""
    random = numpy.random.RandomState(7)
    pairs = []
    for _ in range(count):
        left, right = (random.choice([0, 1, 1, 2, 3], random.randint(4)).tolist() for _ in range(2))
        try:
            pairs.append([left, right, list(numpy.broadcast_shapes(tuple(left), tuple(right)))])
        except ValueError:
            pairs.append([left, right, None])
    return pairs


document = {
    "script": "reference/operators.py",
    "library": f"PyTorch {torch.__version__}, NumPy {numpy.__version__}",
    "broadcasts": broadcast_pairs(80),
    "cases": CASES,
}
text = json.dumps(document, separators=(",", ":"))
pathlib.Path(__file__).with_suffix(".json").write_text(text.replace('},"', '},\n"') + "\n")
