"""Writes classifier.json: loss and gradients of small classifiers in PyTorch, with label smoothing.

Everything is float64 from a fixed seed. Run with current PyTorch from PyPI:
python3 reference/classifier.py
"""

import torch
from torch import nn
from torch.nn import functional as F

from fixtures import array, arrays, write

CLASSES = 4
SMOOTHING = 0.1


class Block(nn.Module):
    def __init__(self, into, out, norm):
        super().__init__()
        self.norm1, self.conv1 = norm(into), nn.Conv2d(into, out, 3, padding=1)
        self.norm2, self.conv2 = norm(out), nn.Conv2d(out, out, 3, padding=1)
        self.shortcut = nn.Conv2d(into, out, 1)

    def forward(self, x):
        h = self.conv1(F.avg_pool2d(F.relu(self.norm1(x)), 2))
        return self.shortcut(F.avg_pool2d(x, 2)) + self.conv2(F.relu(self.norm2(h)))


class Convolutions(nn.Module):
    def __init__(self, channels, norm):
        super().__init__()
        first, second = channels
        self.stem = nn.Conv2d(2, first, 3, padding=1)
        self.block1 = Block(first, second, norm)
        self.norm = norm(second)

    def forward(self, x):
        return F.relu(self.norm(self.block1(self.stem(x)))).mean((2, 3))


class Head(nn.Module):
    def __init__(self, inputs, hidden):
        super().__init__()
        self.hidden1 = nn.Linear(inputs, hidden)
        self.logits = nn.Linear(hidden, CLASSES)

    def forward(self, x):
        return self.logits(F.relu(self.hidden1(x)))


class Classifier(nn.Module):
    def __init__(self, encoder, inputs):
        super().__init__()
        self.encoder = encoder
        self.head = Head(inputs, 5)

    def forward(self, x):
        return self.head(self.encoder(x))


def case(model, x, classes):
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.5)
    logits = model(x)
    losses = F.cross_entropy(logits, classes, reduction="none", label_smoothing=SMOOTHING)
    losses.mean().backward()
    named = dict(model.named_parameters())
    return {
        "variables": arrays(named),
        "losses": array(losses),
        "crossEntropy": array(F.cross_entropy(logits, classes, reduction="none")),
        "hits": array((logits.argmax(1) == classes).double()),
        "gradients": arrays({name: value.grad for name, value in named.items()}),
    }


x = torch.rand(6, 2, 5, 4)
classes = torch.tensor([0, 3, 1, 1, 2, 0])
group = Classifier(Convolutions((3, 4), lambda channels: nn.GroupNorm(channels, channels)), 4)
batch = Classifier(Convolutions((3, 4), nn.BatchNorm2d), 4)
write(
    __file__,
    {
        "pixelsUnit": array(x),
        "classes": classes.tolist(),
        "smoothing": SMOOTHING,
        "cases": {
            "mlp": case(Classifier(nn.Flatten(), 40), x, classes),
            "group": case(group, x, classes),
            "batch": case(batch, x, classes),
        },
    },
)
