"""The twins of infogan; see steps.py."""
import math

import torch
from torch import nn
from torch.nn import functional as F


class InfoGanGenerator(nn.Module):
    def __init__(self):
        super().__init__()
        self.seeds = nn.Linear(74, 128 * 49, bias=False)
        self.norm0 = nn.BatchNorm2d(128)
        self.up1 = nn.ConvTranspose2d(128, 64, 4, 2, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(64)
        self.image = nn.ConvTranspose2d(64, 1, 4, 2, 1)

    def forward(self, z):
        h = F.relu(self.norm0(self.seeds(z).reshape(-1, 128, 7, 7)))
        return torch.tanh(self.image(F.relu(self.norm1(self.up1(h)))))


class InfoGanDiscriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 64, 4, 2, 1)
        self.conv2 = nn.Conv2d(64, 128, 4, 2, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(128)
        self.output = nn.Linear(128 * 49, 1)
        layers = {"hidden": nn.Linear(128 * 49, 128), "output": nn.Linear(128, 14)}
        self.recogniser = nn.ModuleDict(layers)

    def forward(self, x):
        h = F.leaky_relu(self.conv1(x), 0.2)
        features = F.leaky_relu(self.norm2(self.conv2(h)), 0.2).flatten(1)
        return self.output(features).flatten(), features

    def missed(self, features, category, continuous):
        """Weighted −log Q of the codes."""
        hidden = F.leaky_relu(self.recogniser["hidden"](features), 0.1)
        logits, mean, log_var = self.recogniser["output"](hidden).split([10, 2, 2], 1)
        of_category = F.cross_entropy(logits, category)
        log_var = log_var.clamp_min(2 * math.log(0.01))
        squares = (continuous - mean).square() * torch.exp(-log_var)
        of_continuous = (squares + log_var + math.log(2 * math.pi)).sum(1).mean() / 2
        return of_category + 0.1 * of_continuous


class InfoGan(nn.Module):
    def __init__(self, frozen=False):
        super().__init__()
        self.generator = InfoGanGenerator()
        self.discriminator = InfoGanDiscriminator()
        if frozen:
            self.discriminator.requires_grad_(False)

    def codes(self, x, noise, at):
        count = x.shape[0]
        category = (noise(f"noise.{at}.category", count, uniform=True) * 10).long()
        continuous = 2 * noise(f"noise.{at}.continuous", count, 2, uniform=True) - 1
        z = torch.cat([F.one_hot(category, 10), continuous, noise(f"noise.{at}.z", count, 62)], 1)
        return z, category, continuous


class InfoGanDiscriminatorStep(InfoGan):
    def loss(self, x, noise):
        z, category, continuous = self.codes(x, noise, "drawn:generator")
        with torch.no_grad():
            drawn = self.generator(z)
        of_real, _ = self.discriminator(2 * x - 1)
        of_drawn, features = self.discriminator(drawn)
        game = (F.softplus(-of_real) + F.softplus(of_drawn)).mean()
        return game + self.discriminator.missed(features, category, continuous)


class InfoGanGeneratorStep(InfoGan):
    def __init__(self):
        super().__init__(frozen=True)

    def loss(self, x, noise):
        z, category, continuous = self.codes(x, noise, "generator")
        outputs, features = self.discriminator(self.generator(z))
        return F.softplus(-outputs).mean() + self.discriminator.missed(features, category, continuous)
