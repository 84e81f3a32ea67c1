"""Writes adversarial.json: losses and penalties of adversarial models in PyTorch, with their gradients.

Everything is float64 from a fixed seed. Run with current PyTorch from PyPI:
python3 reference/adversarial.py
"""

import torch
from torch.nn import functional as F

from fixtures import array, write

BATCH, PIXELS, HIDDEN = 6, 4, 5


def bce(logits, target):
    """Cross-entropy of each logit with one target, by PyTorch's own function."""
    return F.binary_cross_entropy_with_logits(
        logits, torch.full_like(logits, target), reduction="none"
    )


def half_square(x, target):
    return 0.5 * F.mse_loss(x, torch.full_like(x, target), reduction="none")


SMOOTHING = 0.1
# Each: the discriminator's loss, and the generator's.
OBJECTIVES = {
    "minimax": (lambda r, d: bce(r, 1) + bce(d, 0), lambda d, r: -bce(d, 0)),
    "non-saturating": (lambda r, d: bce(r, 1) + bce(d, 0), lambda d, r: bce(d, 1)),
    "hinge": (lambda r, d: F.relu(1 - r) + F.relu(1 + d), lambda d, r: -d),
    "least-squares": (
        lambda r, d: half_square(r, 1) + half_square(d, 0),
        lambda d, r: half_square(d, 1),
    ),
    "wasserstein": (lambda r, d: d - r, lambda d, r: -d),
    "relativistic": (lambda r, d: bce(r - d, 1), lambda d, r: bce(d - r, 1)),
}
SMOOTHED = {
    "minimax": lambda r, d: bce(r, 1 - SMOOTHING) + bce(d, 0),
    "non-saturating": lambda r, d: bce(r, 1 - SMOOTHING) + bce(d, 0),
    "least-squares": lambda r, d: half_square(r, 1 - SMOOTHING) + half_square(d, 0),
}


def with_gradients(loss, first, second):
    """The values, and the gradient of their sum with respect to both arguments."""
    a, b = first.clone().requires_grad_(), second.clone().requires_grad_()
    values = loss(a, b)
    gradients = torch.autograd.grad(values.sum(), (a, b), allow_unused=True)
    return {
        "values": array(values),
        "gradients": [array(torch.zeros_like(a) if g is None else g) for g in gradients],
    }


# Moderate outputs, and outputs that overflow an exponential in single precision.
real = torch.cat([torch.randn(BATCH), torch.tensor([200.0, -200.0, 200.0, -200.0])])
drawn = torch.cat([torch.randn(BATCH), torch.tensor([-200.0, 200.0, 200.0, -200.0])])
objectives = {
    name: {
        "discriminator": with_gradients(discriminator, real, drawn),
        "generator": with_gradients(generator, drawn, real),
        **(
            {"smoothed": with_gradients(SMOOTHED[name], real, drawn)} if name in SMOOTHED else {}
        ),
    }
    for name, (discriminator, generator) in OBJECTIVES.items()
}

# A discriminator v · tanh(W x + b), whose gradient penalty has a gradient with respect to W, b and v.
weight, bias, last = torch.randn(HIDDEN, PIXELS), torch.randn(HIDDEN), torch.randn(HIDDEN)
images, others = torch.randn(BATCH, PIXELS), torch.randn(BATCH, PIXELS)
share = torch.rand(BATCH)
WEIGHT = 3.0


def squared_norms(x, parameters):
    w, b, v = parameters
    x = x.detach().requires_grad_()
    outputs = torch.tanh(x @ w.T + b) @ v
    (gradient,) = torch.autograd.grad(outputs.sum(), x, create_graph=True)
    return gradient.square().sum(1)


between = share[:, None] * images + (1 - share[:, None]) * others
PENALTIES = {
    "r1": (images, lambda squares: WEIGHT / 2 * squares),
    "r2": (others, lambda squares: WEIGHT / 2 * squares),
    "zero-centred": (between, lambda squares: WEIGHT * squares),
    "one-centred": (between, lambda squares: WEIGHT * (squares.sqrt() - 1).square()),
}


def penalty(x, of):
    parameters = [p.clone().requires_grad_() for p in (weight, bias, last)]
    values = of(squared_norms(x, parameters))
    gradients = torch.autograd.grad(values.sum(), parameters, allow_unused=True)
    found = [torch.zeros_like(p) if g is None else g for p, g in zip(parameters, gradients)]
    return {"values": array(values), "gradients": [array(g) for g in found]}


# Differentiable augmentation, as its authors wrote it, from given draws in [0, 1).
pictures = torch.randn(3, 2, 9, 8)
uniform = {
    name: torch.rand(3, 1, 1, 1)
    for name in ("brightness", "saturation", "contrast", "rows", "columns", "row", "column")
}


def colour(x):
    x = x + (uniform["brightness"] - 0.5)
    middle = x.mean(dim=1, keepdim=True)
    x = (x - middle) * (uniform["saturation"] * 2) + middle
    middle = x.mean(dim=[1, 2, 3], keepdim=True)
    return (x - middle) * (uniform["contrast"] + 0.5) + middle


def integers(u, low, high):
    """What `torch.randint(low, high)` draws, from a uniform number."""
    return (low + torch.floor(u.flatten() * (high - low))).long()


def translation(x):
    n, _, height, width = x.shape
    down, right = int(height * 0.125 + 0.5), int(width * 0.125 + 0.5)
    rows = integers(uniform["rows"], -down, down + 1)
    columns = integers(uniform["columns"], -right, right + 1)
    moved = []
    for image, r, c in zip(x, rows.tolist(), columns.tolist()):
        padded = F.pad(image, (right, right, down, down))
        moved.append(padded[:, down - r : down - r + height, right - c : right - c + width])
    return torch.stack(moved)


def cutout(x):
    n, _, height, width = x.shape
    tall, wide = int(height * 0.5 + 0.5), int(width * 0.5 + 0.5)
    rows = integers(uniform["row"], 0, height + (1 - tall % 2))
    columns = integers(uniform["column"], 0, width + (1 - wide % 2))
    mask = torch.ones(n, 1, height, width)
    for image, (r, c) in enumerate(zip(rows.tolist(), columns.tolist())):
        # The authors clamp each index of the rectangle to the image.
        for y in range(r - tall // 2, r - tall // 2 + tall):
            for z in range(c - wide // 2, c - wide // 2 + wide):
                mask[image, 0, min(max(y, 0), height - 1), min(max(z, 0), width - 1)] = 0
    return x * mask


cotangent = torch.randn(3, 2, 9, 8)


warp_draws = {
    name + axis: torch.rand(3, 1, 1, 1)
    for axis in ("Rows", "Columns")
    for name in ("slant", "scale", "shift")
}


def slanted(x, slant, scale, shift):
    """Along rows, by PyTorch's sampling from a grid."""
    n, _, height, width = x.shape
    between = lambda u, most: (2 * u.reshape(n, 1, 1) - 1) * most
    j = (torch.arange(width) - (width - 1) / 2).reshape(1, 1, width)
    i = (torch.arange(height) - (height - 1) / 2).reshape(1, height, 1)
    column = (1 + between(scale, 0.15)) * j + between(slant, 0.3) * i + between(shift, 0.08 * width)
    horizontal = column / ((width - 1) / 2)
    vertical = (i / ((height - 1) / 2)).expand(n, height, width)
    grid = torch.stack([horizontal, vertical], dim=-1)
    return F.grid_sample(x, grid, mode="bilinear", padding_mode="border", align_corners=True)


def warp(x):
    axis = lambda name: [warp_draws[kind + name] for kind in ("slant", "scale", "shift")]
    across = slanted(x, *axis("Rows"))
    return slanted(across.transpose(2, 3), *axis("Columns")).transpose(2, 3)


def augmentation(function):
    x = pictures.clone().requires_grad_()
    y = function(x)
    (gradient,) = torch.autograd.grad((y * cotangent).sum(), x)
    return {"values": array(y), "gradient": array(gradient)}


# What a recogniser says of codes that it was not told, and the codes.
categories, continuous = 4, 2
logits, mean, log_var = (torch.randn(BATCH, n) for n in (categories, continuous, continuous))
category = torch.randint(categories, (BATCH,))
codes = 2 * torch.rand(BATCH, continuous) - 1
CATEGORY_WEIGHT, CONTINUOUS_WEIGHT = 1.5, 0.2


def missed(logits, mean, log_var):
    normal = torch.distributions.Normal(mean, (log_var / 2).exp())
    of_category = F.cross_entropy(logits, category, reduction="none")
    return CATEGORY_WEIGHT * of_category - CONTINUOUS_WEIGHT * normal.log_prob(codes).sum(1)


def grouping(x, y):
    """Invariant information clustering as its authors wrote it (IID_loss), of logits."""
    p, q = x.softmax(1), y.softmax(1)
    joint = (p.unsqueeze(2) * q.unsqueeze(1)).sum(0)
    joint = (joint + joint.t()) / 2
    joint = joint / joint.sum()
    rows = joint.sum(1).view(categories, 1).expand(categories, categories)
    columns = joint.sum(0).view(1, categories).expand(categories, categories)
    return (-joint * (joint.log() - columns.log() - rows.log())).sum()


def gradients_of(loss, *arguments):
    inputs = [x.clone().requires_grad_() for x in arguments]
    values = loss(*inputs)
    return {
        "values": array(values.reshape(-1)),
        "gradients": [array(g) for g in torch.autograd.grad(values.sum(), inputs)],
    }


other_logits = logits + 0.5 * torch.randn(BATCH, categories)

write(
    __file__,
    {
        "information": {
            "arguments": [array(x) for x in (logits, mean, log_var)],
            "truth": array(torch.cat([F.one_hot(category, categories), codes], 1)),
            "weights": [CATEGORY_WEIGHT, CONTINUOUS_WEIGHT],
            **gradients_of(missed, logits, mean, log_var),
        },
        "grouping": {
            "arguments": [array(logits), array(other_logits)],
            **gradients_of(grouping, logits, other_logits),
        },
        "real": array(real),
        "drawn": array(drawn),
        "smoothing": SMOOTHING,
        "objectives": objectives,
        "weight": WEIGHT,
        "images": array(images),
        "others": array(others),
        "share": array(share),
        "parameters": [array(p) for p in (weight, bias, last)],
        "penalties": {name: penalty(x, of) for name, (x, of) in PENALTIES.items()},
        "pictures": array(pictures),
        "uniform": {name: array(u) for name, u in (uniform | warp_draws).items()},
        "cotangent": array(cotangent),
        "augmentations": {
            "color": augmentation(colour),
            "translation": augmentation(translation),
            "cutout": augmentation(cutout),
            "warp": augmentation(warp),
        },
    },
)
