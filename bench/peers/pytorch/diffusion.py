"""The twins of ddpm with each of its networks; see steps.py."""
import torch
from torch import nn
from torch.nn import functional as F

from transformer import Attention


def level_embedding(level, sigma, rates):
    time = (sigma.clamp(1e-6, 1e6).log().clamp(-8, 8) + 8) * (1000 / 16)
    angles = time[:, None] * rates
    waves = torch.cat([angles.sin(), angles.cos()], 1)
    return level["out"](F.silu(level["hidden"](waves)))


def denoising_loss(predict, x, noise):
    """The loss of v at log-normal noise levels."""
    sigma = (1.2 * noise("noise.diffusion.level", x.shape[0]) - 1.2).exp()
    eps = noise("noise.diffusion.eps", *x.shape)
    x0 = 2 * x - 1
    level = sigma[:, None, None, None]
    alpha = (1 + level.square()).rsqrt()
    spread = level * alpha
    v = alpha * eps - spread * x0
    return (predict(alpha * x0 + spread * eps, sigma) - v).square().mean()


class AttentionOfPixels(Attention):
    def __init__(self, channels):
        super().__init__(channels, heads=4)
        self.norm = nn.GroupNorm(8, channels)

    def forward(self, x):
        rows = self.norm(x).flatten(2).transpose(1, 2)
        return super().forward(rows).transpose(1, 2).reshape(x.shape)


class ConditionedBlock(nn.Module):
    """A residual block that is told the noise level, with attention over positions where asked."""

    def __init__(self, into, out, attends=False):
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(8, into), nn.GroupNorm(8, out)
        self.conv1 = nn.Conv2d(into, out, 3, padding=1)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1)
        self.condition = nn.Linear(128, out)
        self.shortcut = nn.Identity() if into == out else nn.Conv2d(into, out, 1)
        self.attention = AttentionOfPixels(out) if attends else None

    def forward(self, x, told):
        h = self.conv1(F.silu(self.norm1(x))) + self.condition(F.silu(told))[:, :, None, None]
        y = self.shortcut(x) + self.conv2(F.silu(self.norm2(h)))
        return y if self.attention is None else y + self.attention(y)


class Ddpm(nn.Module):
    def __init__(self):
        super().__init__()
        block = ConditionedBlock
        self.network = nn.ModuleDict({
            "level": nn.ModuleDict({"hidden": nn.Linear(64, 128), "out": nn.Linear(128, 128)}),
            "in": nn.Conv2d(4, 32, 3, padding=1),
            "down1": nn.ModuleDict({
                "1": block(32, 32),
                "2": block(32, 32),
                "halve": nn.Conv2d(32, 32, 3, stride=2, padding=1),
            }),
            "down2": nn.ModuleDict({"1": block(32, 64, True), "2": block(64, 64, True)}),
            "middle": nn.ModuleDict({"1": block(64, 64, True), "2": block(64, 64)}),
            "up2": nn.ModuleDict({
                "1": block(128, 64, True),
                "2": block(128, 64, True),
                "3": block(96, 64, True),
            }),
            "up1": nn.ModuleDict({"1": block(96, 32), "2": block(64, 32), "3": block(64, 32)}),
            "norm": nn.GroupNorm(8, 32),
            "out": nn.Conv2d(32, 4, 3, padding=1),
        })
        # A ModuleDict refuses the name, which is a method of modules.
        self.network["up2"]._modules["double"] = nn.Conv2d(64, 64, 3, padding=1)
        self.register_buffer("rates", 10_000.0 ** (-torch.arange(32) / 31))

    def predict(self, z, sigma):
        net = self.network
        told = level_embedding(net["level"], sigma, self.rates)
        h = net["in"](F.pixel_unshuffle(z, 2))
        skips = [h]
        for name in ("1", "2"):
            h = net["down1"][name](h, told)
            skips.append(h)
        h = net["down1"]["halve"](h)
        skips.append(h)
        for name in ("1", "2"):
            h = net["down2"][name](h, told)
            skips.append(h)
        h = net["middle"]["2"](net["middle"]["1"](h, told), told)
        for name in ("1", "2", "3"):
            h = net["up2"][name](torch.cat([h, skips.pop()], 1), told)
        h = net["up2"]["double"](F.interpolate(h, scale_factor=2))
        for name in ("1", "2", "3"):
            h = net["up1"][name](torch.cat([h, skips.pop()], 1), told)
        return F.pixel_shuffle(net["out"](F.silu(net["norm"](h))), 2)

    def loss(self, x, noise):
        return denoising_loss(self.predict, x, noise)


def normalised(h):
    return F.layer_norm(h, h.shape[-1:])


class AdaptiveBlock(nn.Module):
    """A transformer block that is scaled, shifted and gated by what it is told."""

    def __init__(self, features, heads):
        super().__init__()
        self.modulation = nn.Linear(features, 6 * features)
        self.attention = Attention(features, heads)
        self.widen = nn.Linear(features, 4 * features)
        self.narrow = nn.Linear(4 * features, features)

    def forward(self, h, told):
        shift1, scale1, gate1, shift2, scale2, gate2 = self.modulation(F.silu(told))[:, None].chunk(6, 2)
        h = h + gate1 * self.attention(normalised(h) * (1 + scale1) + shift1)
        wide = F.gelu(self.widen(normalised(h) * (1 + scale2) + shift2))
        return h + gate2 * self.narrow(wide)


class Dit(nn.Module):
    def __init__(self, features=96, blocks=4, heads=4, patch=4, side=28):
        super().__init__()
        self.patch, self.blocks, self.count = patch, blocks, side // patch
        self.network = nn.ModuleDict({
            "level": nn.ModuleDict({
                "hidden": nn.Linear(2 * features, features),
                "out": nn.Linear(features, features),
            }),
            "in": nn.Conv2d(1, features, patch, stride=patch),
            "places": nn.Embedding(self.count**2, features),
            **{f"block{at}": AdaptiveBlock(features, heads) for at in range(1, blocks + 1)},
            "norm": nn.ModuleDict({"modulation": nn.Linear(features, 2 * features)}),
            "out": nn.Linear(features, patch**2),
        })
        self.register_buffer("rates", 10_000.0 ** (-torch.arange(features) / (features - 1)))

    def predict(self, z, sigma):
        net = self.network
        told = level_embedding(net["level"], sigma, self.rates)
        h = net["in"](z).flatten(2).transpose(1, 2) + net["places"].weight
        for at in range(1, self.blocks + 1):
            h = net[f"block{at}"](h, told)
        shift, scale = net["norm"]["modulation"](F.silu(told))[:, None].chunk(2, 2)
        out = net["out"](normalised(h) * (1 + scale) + shift)
        squares = out.transpose(1, 2).unflatten(2, (self.count, self.count))
        return F.pixel_shuffle(squares, self.patch)

    def loss(self, x, noise):
        return denoising_loss(self.predict, x, noise)
