"""The twins of the PixelCNNs; see steps.py."""
import torch
from torch import nn
from torch.nn import functional as F

from losses import mean_nll


class MaskedConv2d(nn.Conv2d):
    """Sees pixels above and left of the centre, and the centre if `centre` is set."""

    def __init__(self, into, out, rows, columns, centre):
        super().__init__(into, out, (rows, columns), padding=(rows // 2, columns // 2))
        middle = rows * columns // 2 + int(centre)
        mask = torch.arange(rows * columns) < middle
        self.register_buffer("mask", mask.float().reshape(1, 1, rows, columns))

    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, self.bias, padding=self.padding)


class PixelCnn(nn.Module):
    def __init__(self, channels):
        super().__init__()
        layers = {"conv1": MaskedConv2d(1, channels, 7, 7, centre=False)}
        for layer in range(2, 8):
            layers[f"conv{layer}"] = MaskedConv2d(channels, channels, 3, 3, centre=True)
        layers["logits"] = nn.Conv2d(channels, 1, 1)
        self.stack = nn.ModuleDict(layers)

    def loss(self, x, noise):
        h = x
        for layer in range(1, 8):
            h = F.relu(self.stack[f"conv{layer}"](h))
        return mean_nll(self.stack["logits"](h), x)
