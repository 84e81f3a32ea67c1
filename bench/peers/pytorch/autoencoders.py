"""The twins of ae, dae and sae; see steps.py."""
import torch
from torch import nn
from torch.nn import functional as F

from losses import squared


class Autoencoder(nn.Module):
    def __init__(self, code):
        super().__init__()
        half = {"kernel_size": 3, "stride": 2, "padding": 1}
        self.encoder = nn.ModuleDict({
            "conv1": nn.Conv2d(1, 32, **half),
            "conv2": nn.Conv2d(32, 64, **half),
            "code": nn.Linear(64 * 49, code),
        })
        self.decoder = nn.ModuleDict({
            "code": nn.Linear(code, 64 * 49),
            "conv2": nn.ConvTranspose2d(64, 32, output_padding=1, **half),
            "conv1": nn.ConvTranspose2d(32, 1, output_padding=1, **half),
        })

    def reconstruct(self, x):
        h = F.relu(self.encoder["conv2"](F.relu(self.encoder["conv1"](x))))
        code = self.encoder["code"](h.flatten(1))
        h = F.relu(self.decoder["code"](code)).reshape(-1, 64, 7, 7)
        return torch.sigmoid(self.decoder["conv1"](F.relu(self.decoder["conv2"](h))))

    def loss(self, x, noise):
        return squared(self.reconstruct(x), x)


class DenoisingAutoencoder(Autoencoder):
    def loss(self, x, noise):
        return squared(self.reconstruct(x + 0.5 * noise("noise.corruption", *x.shape)), x)


class SparseAutoencoder(nn.Module):
    def __init__(self, target=0.05, weight=5):
        super().__init__()
        self.target, self.weight = target, weight
        self.encoder = nn.ModuleDict({"code": nn.Linear(784, 256)})
        self.decoder = nn.ModuleDict({"code": nn.Linear(256, 784)})

    def loss(self, x, noise):
        code = torch.sigmoid(self.encoder["code"](x.flatten(1)))
        rate = code.mean(0).clamp(1e-6, 1 - 1e-6)
        target = self.target
        kl = target * torch.log(target / rate) + (1 - target) * torch.log((1 - target) / (1 - rate))
        pixels = torch.sigmoid(self.decoder["code"](code)).reshape(x.shape)
        return squared(pixels, x) + self.weight * kl.sum()
