"""The twins of the DCGANs of the paper; see steps.py."""
import torch
from torch import nn
from torch.nn import functional as F


class Generator(nn.Module):
    def __init__(self, side, channels, widths):
        super().__init__()
        self.seed = (widths[0], side // 2 ** len(widths), side // 2 ** len(widths))
        self.dense = nn.Linear(100, widths[0] * self.seed[1] ** 2, bias=False)
        self.norm0 = nn.BatchNorm2d(widths[0])
        self.depth = len(widths) - 1
        for layer in range(1, len(widths)):
            into, out = widths[layer - 1], widths[layer]
            self.add_module(f"deconv{layer}", nn.ConvTranspose2d(into, out, 4, 2, 1, bias=False))
            self.add_module(f"norm{layer}", nn.BatchNorm2d(out))
        self.image = nn.ConvTranspose2d(widths[-1], channels, 4, 2, 1)

    def forward(self, z):
        h = F.relu(self.norm0(self.dense(z).reshape(-1, *self.seed)))
        for layer in range(1, self.depth + 1):
            h = getattr(self, f"deconv{layer}")(h)
            h = F.relu(getattr(self, f"norm{layer}")(h))
        return torch.tanh(self.image(h))


class Discriminator(nn.Module):
    def __init__(self, side, channels, widths):
        super().__init__()
        into = channels
        self.depth = len(widths)
        for layer, out in enumerate(reversed(widths), 1):
            self.add_module(f"conv{layer}", nn.Conv2d(into, out, 4, 2, 1, bias=layer == 1))
            if layer > 1:
                self.add_module(f"norm{layer}", nn.BatchNorm2d(out))
            into = out
        self.real = nn.Linear(into * (side // 2 ** len(widths)) ** 2, 1)

    def forward(self, x):
        h = x
        for layer in range(1, self.depth + 1):
            h = getattr(self, f"conv{layer}")(h)
            if layer > 1:
                h = getattr(self, f"norm{layer}")(h)
            h = F.leaky_relu(h, 0.2)
        return self.real(h.flatten(1)).flatten()


class Dcgan(nn.Module):
    def __init__(self, side, channels, widths):
        super().__init__()
        self.generator = Generator(side, channels, widths)
        self.discriminator = Discriminator(side, channels, widths)

    def draw(self, x, noise):
        return self.generator(noise("noise.generator.z", x.shape[0], 100))


class DcganGenerator(Dcgan):
    def __init__(self, *shape):
        super().__init__(*shape)
        self.discriminator.requires_grad_(False)

    def loss(self, x, noise):
        return F.softplus(-self.discriminator(self.draw(x, noise))).mean()


class DcganDiscriminator(Dcgan):
    def loss(self, x, noise):
        with torch.no_grad():
            drawn = self.draw(x, noise)
        real, fake = self.discriminator(2 * x - 1), self.discriminator(drawn)
        return (F.softplus(-real) + F.softplus(fake)).mean()
