"""The twin of the residual block; see steps.py."""
from torch import nn
from torch.nn import functional as F


class UnetBlock(nn.Module):
    def __init__(self, channels=64):
        super().__init__()
        self.block = nn.ModuleDict({
            "norm1": nn.GroupNorm(8, channels),
            "conv1": nn.Conv2d(channels, channels, 3, padding=1),
            "norm2": nn.GroupNorm(8, channels),
            "conv2": nn.Conv2d(channels, channels, 3, padding=1),
        })

    def loss(self, x, noise):
        h = x
        for layer in ("1", "2"):
            h = self.block[f"conv{layer}"](F.silu(self.block[f"norm{layer}"](h)))
        return (x + h).square().mean()
