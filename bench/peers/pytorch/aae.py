"""The twins of aae; see steps.py."""
import math

import torch
from torch import nn
from torch.nn import functional as F


class Aae(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [784, 512, 256, 2]
        names = ["hidden1", "hidden2", "code"]
        self.encoder = nn.ModuleDict({n: nn.Linear(widths[i], widths[i + 1]) for i, n in enumerate(names)})
        self.decoder = nn.ModuleDict({n: nn.Linear(widths[i + 1], widths[i]) for i, n in enumerate(names)})
        self.critic = nn.ModuleDict(
            {"hidden1": nn.Linear(2, 128), "hidden2": nn.Linear(128, 128), "output": nn.Linear(128, 1)}
        )

    def encode(self, x):
        h = F.relu(self.encoder["hidden1"](x.flatten(1)))
        return self.encoder["code"](F.relu(self.encoder["hidden2"](h)))

    def decode(self, z):
        h = F.relu(self.decoder["hidden2"](F.relu(self.decoder["code"](z))))
        return torch.sigmoid(self.decoder["hidden1"](h))

    def realness(self, z):
        h = F.leaky_relu(self.critic["hidden1"](z), 0.01)
        return self.critic["output"](F.leaky_relu(self.critic["hidden2"](h), 0.01)).flatten()


class AaeDiscriminate(Aae):
    def __init__(self):
        super().__init__()
        del self.decoder

    @torch.enable_grad()
    def loss(self, x, noise):
        with torch.no_grad():
            codes = self.encode(x)
        place = 2 * math.pi * noise("noise.place", x.shape[0], 1, uniform=True)
        radius = noise("noise.prior", x.shape[0], 2).norm(dim=1, keepdim=True)
        prior = torch.cat([radius * place.cos(), radius * place.sin()], 1).requires_grad_()
        real = self.realness(prior)
        slope, = torch.autograd.grad(real.sum(), prior, create_graph=True)
        loss = F.softplus(-real) + F.softplus(self.realness(codes))
        return (loss + 0.05 * slope.square().sum(1)).mean()


class AaeReconstruct(Aae):
    def loss(self, x, noise):
        z = self.encode(x)
        errors = (self.decode(z) - x.flatten(1)).square().sum(1)
        return (errors + 10 * F.softplus(-self.realness(z))).mean()
