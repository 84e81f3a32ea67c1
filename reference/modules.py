"""Layers that torch.nn lacks, as its users write them, with the names that their variables have in Figment."""

import math

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import parametrize


class Attention(nn.Module):
    def __init__(self, features, heads, context=None):
        super().__init__()
        sizes = {"kdim": context, "vdim": context}
        self.heads = nn.MultiheadAttention(features, heads, batch_first=True, **sizes)

    def forward(self, x, context=None, mask=None):
        seen = x if context is None else context
        return self.heads(x, seen, seen, attn_mask=mask, need_weights=False)[0]


class CausalAttention(Attention):
    def forward(self, x):
        return super().forward(x, mask=nn.Transformer.generate_square_subsequent_mask(x.shape[1]))


class SpatialAttention(nn.Module):
    """Self-attention over the positions of an image, as in the U-Net of diffusion models."""

    def __init__(self, channels, heads, groups):
        super().__init__()
        self.norm = nn.GroupNorm(groups, channels)
        self.attention = Attention(channels, heads)

    def forward(self, x):
        positions = self.norm(x).flatten(2).transpose(1, 2)
        return x + self.attention(positions).transpose(1, 2).reshape(x.shape)


def modulated(x, shift, scale):
    return F.layer_norm(x, x.shape[-1:]) * (1 + scale) + shift


class AdaptiveBlock(nn.Module):
    """A block of a diffusion transformer (adaLN-Zero)."""

    def __init__(self, features, heads, condition, widening):
        super().__init__()
        self.modulation = nn.Linear(condition, 6 * features)
        self.attention = Attention(features, heads)
        self.widen = nn.Linear(features, widening * features)
        self.narrow = nn.Linear(widening * features, features)

    def forward(self, x, condition):
        vectors = self.modulation(F.silu(condition))[:, None].chunk(6, -1)
        shift1, scale1, gate1, shift2, scale2, gate2 = vectors
        x = x + gate1 * self.attention(modulated(x, shift1, scale1))
        return x + gate2 * self.narrow(F.gelu(self.widen(modulated(x, shift2, scale2))))


class AdaptiveNorm(nn.Module):
    """The last normalisation of a diffusion transformer."""

    def __init__(self, features, condition):
        super().__init__()
        self.modulation = nn.Linear(condition, 2 * features)

    def forward(self, x, condition):
        return modulated(x, *self.modulation(F.silu(condition))[:, None].chunk(2, -1))


class ResidualBlock(nn.Module):
    def __init__(self, into, out, norm=None, condition=None, scale_shift=False, resample=None):
        super().__init__()
        norm = norm or (lambda channels: nn.Identity())
        self.norm1, self.conv1 = norm(into), nn.Conv2d(into, out, 3, padding=1)
        self.norm2, self.conv2 = norm(out), nn.Conv2d(out, out, 3, padding=1)
        if condition is not None:
            self.condition = nn.Linear(condition, 2 * out if scale_shift else out)
        if into != out:
            self.shortcut = nn.Conv2d(into, out, 1)
        self.scale_shift = scale_shift
        self.resample = {
            None: nn.Identity(),
            "up": nn.Upsample(scale_factor=2),
            "down": nn.AvgPool2d(2),
        }[resample]

    def forward(self, x, condition=None):
        h = self.conv1(self.resample(F.silu(self.norm1(x))))
        if condition is not None:
            condition = self.condition(F.silu(condition))[:, :, None, None]
        if self.scale_shift:
            scale, shift = condition.chunk(2, 1)
            h = self.norm2(h) * (1 + scale) + shift
        else:
            h = self.norm2(h if condition is None else h + condition)
        h = self.conv2(F.silu(h))
        x = self.resample(x)
        return h + (self.shortcut(x) if hasattr(self, "shortcut") else x)


class UnetBlock(nn.Module):
    def __init__(self, into, out, groups, condition, heads):
        super().__init__()
        norm = lambda channels: nn.GroupNorm(groups, channels)
        self.residual = ResidualBlock(into, out, norm, condition)
        self.attention = SpatialAttention(out, heads, groups)

    def forward(self, x, condition):
        return self.attention(self.residual(x, condition))


class TimestepEmbedding(nn.Module):
    """Ho, Jain & Abbeel 2020, as in their code."""

    def __init__(self, features):
        super().__init__()
        self.half = features // 2

    def forward(self, t):
        rates = torch.exp(torch.arange(self.half) * -(math.log(10000) / (self.half - 1)))
        angles = t[:, None] * rates[None, :]
        return torch.cat((angles.sin(), angles.cos()), 1)


class FourierEmbedding(nn.Module):
    """Tancik et al. 2020."""

    def __init__(self, features):
        super().__init__()
        self.register_buffer("frequencies", torch.empty(features // 2))

    def forward(self, t):
        angles = 2 * math.pi * torch.outer(t, self.frequencies)
        return torch.cat((angles.sin(), angles.cos()), 1)


class MinibatchStd(nn.Module):
    """Karras et al. 2018: images n, n + N / G, n + 2N / G … form a group of G."""

    def __init__(self, group):
        super().__init__()
        self.group = group

    def forward(self, x):
        groups = x.shape[0] // self.group
        channel = torch.empty(x.shape[0], 1, *x.shape[2:])
        for first in range(groups):
            members = x[first::groups]
            std = (members.var(0, unbiased=False) + 1e-8).sqrt()
            channel[first::groups] = std.mean()
        return torch.cat((x, channel), 1)


class PixelNorm(nn.Module):
    def forward(self, x):
        channels = x.movedim(1, -1)
        return F.rms_norm(channels, channels.shape[-1:], eps=1e-8).movedim(-1, 1)


class Equalised(nn.Module):
    """Karras et al. 2018: the weight times gain / √(inputs of an output)."""

    def __init__(self, gain):
        super().__init__()
        self.gain = gain

    def forward(self, weight):
        return weight * self.gain / math.sqrt(weight[0].numel())


def equalised(layer, gain):
    parametrize.register_parametrization(layer, "weight", Equalised(gain))
    return layer
