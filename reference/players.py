"""The residual generator of translating models, and what fixtures of both players' steps share."""

import torch
from torch import nn
from torch.nn import functional as F

from fixtures import array, arrays


class Normalised(nn.Module):
    """A convolution with instance normalisation, which what is `told` scales and shifts."""

    def __init__(self, into, out, kernel, stride, padding, told):
        super().__init__()
        self.convolution = nn.Conv2d(into, out, kernel, stride, padding, bias=False)
        if told:
            self.told = nn.Linear(told, 2 * out)

    def forward(self, x, c):
        y = F.instance_norm(self.convolution(x))
        if c is None:
            return y
        scale, shift = self.told(c)[:, :, None, None].chunk(2, 1)
        return y * (1 + scale) + shift


class Block(nn.Module):
    def __init__(self, channels, told):
        super().__init__()
        self.pad = nn.ReflectionPad2d(1)
        self.conv1 = Normalised(channels, channels, 3, 1, 0, told)
        self.conv2 = Normalised(channels, channels, 3, 1, 0, told)

    def forward(self, x, c):
        return x + self.conv2(self.pad(F.relu(self.conv1(self.pad(x), c))), c)


class Generator(nn.Module):
    def __init__(self, told, changes, channels, colours, into=None):
        super().__init__()
        full, small = channels
        self.changes = changes
        self.first = Normalised(into or colours, full, 7, 1, 0, told)
        self.down1 = Normalised(full, small, 3, 2, 1, told)
        self.block1 = Block(small, told)
        self.up1 = Normalised(small, full, 3, 1, 1, told)
        self.last = nn.Conv2d(full, colours, 7)
        self.pad = nn.ReflectionPad2d(3)

    def forward(self, x, c=None):
        h = F.relu(self.first(self.pad(x), c))
        h = self.block1(F.relu(self.down1(h, c)), c)
        h = F.relu(self.up1(F.interpolate(h, scale_factor=2, mode="nearest"), c))
        drawn = torch.tanh(self.last(self.pad(h)))
        return x + 2 * drawn if self.changes else drawn


def renamed(name):
    """A convolution's weights bear the name of its layer."""
    return name.replace(".convolution", "")


def filled(module, std=0.3):
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.normal_(std=std)
    return module


def gradients(losses, modules):
    """The losses of the images, and the gradients of their mean by name."""
    for module in modules.values():
        module.zero_grad()
    losses.mean().backward()
    return {
        "losses": array(losses),
        "gradients": {
            f"{scope}.{renamed(name)}": array(value.grad)
            for scope, module in modules.items()
            for name, value in module.named_parameters()
        },
    }


def variables(modules):
    return arrays({
        f"{scope}.{renamed(name)}": value
        for scope, module in modules.items()
        for name, value in module.named_parameters()
    })


def l1(a, b):
    return F.l1_loss(a, b, reduction="none").mean((1, 2, 3))
