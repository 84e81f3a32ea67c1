"""The twin of dvae; see steps.py."""
import math

import torch
from torch import nn
from torch.nn import functional as F

from losses import mean_nll


class GridBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        return x + self.conv2(F.relu(self.conv1(F.relu(x))))


class DiscreteDecoder(nn.Module):
    def __init__(self, codes, length):
        super().__init__()
        half = {"kernel_size": 3, "stride": 2, "padding": 1, "output_padding": 1}
        self.codebook = nn.Parameter(torch.randn(codes, length))
        self.vectors = nn.Conv2d(length, 64, 3, padding=1)
        self.block1 = GridBlock(64)
        self.deconv1 = nn.ConvTranspose2d(64, 32, **half)
        self.deconv2 = nn.ConvTranspose2d(32, 1, **half)

    def forward(self, shares):
        h = F.conv2d(shares, self.codebook.t()[:, :, None, None])
        h = F.relu(self.block1(self.vectors(h)))
        return self.deconv2(F.relu(self.deconv1(h)))


class Dvae(nn.Module):
    def __init__(self, codes=128, length=32):
        super().__init__()
        self.codes = codes
        half = {"kernel_size": 3, "stride": 2, "padding": 1}
        self.encoder = nn.ModuleDict({
            "conv1": nn.Conv2d(1, 32, **half),
            "conv2": nn.Conv2d(32, 64, **half),
            "block1": GridBlock(64),
            "codes": nn.Conv2d(64, codes, 1),
        })
        self.decoder = DiscreteDecoder(codes, length)

    def loss(self, x, noise):
        h = F.relu(self.encoder["conv2"](F.relu(self.encoder["conv1"](x))))
        logits = self.encoder["codes"](F.relu(self.encoder["block1"](h)))
        u = noise("noise.gumbel", *logits.shape, uniform=True).clamp_min(2.0 ** -25)
        shares = F.softmax(logits - torch.log(-torch.log(u)), 1)
        log_probs = F.log_softmax(logits, 1)
        kl = (log_probs.exp() * (log_probs + math.log(self.codes))).sum((1, 2, 3))
        return mean_nll(self.decoder(shares), x) + kl.mean()
