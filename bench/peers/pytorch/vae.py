"""The twins of the VAEs; see steps.py."""
import torch
from torch import nn
from torch.nn import functional as F

from losses import mean_nll


class Vae(nn.Module):
    def __init__(self, encoder, decoder):
        super().__init__()
        self.encoder = nn.ModuleDict(encoder)
        self.decoder = nn.ModuleDict(decoder)

    def loss(self, x, noise):
        h = self.encode(x)
        mean, log_var = self.encoder["mean"](h), self.encoder["logVar"](h)
        z = mean + torch.exp(0.5 * log_var) * noise("noise.eps", *mean.shape)
        kl = 0.5 * (log_var.exp() + mean.square() - log_var - 1).sum(1)
        return mean_nll(self.decode(z), x) + kl.mean()


class VaeMlp(Vae):
    def __init__(self):
        super().__init__(
            {"hidden1": nn.Linear(784, 400), "mean": nn.Linear(400, 20), "logVar": nn.Linear(400, 20)},
            {"hidden1": nn.Linear(20, 400), "output": nn.Linear(400, 784)},
        )

    def encode(self, x):
        return F.relu(self.encoder["hidden1"](x.flatten(1)))

    def decode(self, z):
        h = F.relu(self.decoder["hidden1"](z))
        return self.decoder["output"](h).reshape(-1, 1, 28, 28)


class VaeConv(Vae):
    def __init__(self):
        half = {"kernel_size": 3, "stride": 2, "padding": 1}
        super().__init__(
            {
                "conv1": nn.Conv2d(1, 32, **half),
                "conv2": nn.Conv2d(32, 64, **half),
                "hidden1": nn.Linear(64 * 49, 400),
                "mean": nn.Linear(400, 20),
                "logVar": nn.Linear(400, 20),
            },
            {
                "hidden1": nn.Linear(20, 400),
                "hidden2": nn.Linear(400, 64 * 49),
                "deconv1": nn.ConvTranspose2d(64, 32, output_padding=1, **half),
                "deconv2": nn.ConvTranspose2d(32, 1, output_padding=1, **half),
            },
        )

    def encode(self, x):
        h = F.relu(self.encoder["conv1"](x))
        h = F.relu(self.encoder["conv2"](h))
        return F.relu(self.encoder["hidden1"](h.flatten(1)))

    def decode(self, z):
        h = F.relu(self.decoder["hidden1"](z))
        h = F.relu(self.decoder["hidden2"](h)).reshape(-1, 64, 7, 7)
        return self.decoder["deconv2"](F.relu(self.decoder["deconv1"](h)))
