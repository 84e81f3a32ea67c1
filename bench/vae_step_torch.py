"""One training step of a 784-400-20 VAE with Adam, in PyTorch, driven by vae-step.ts.

Reads a number of steps a line and answers with the milliseconds that each took, as JSON.
"""
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

BATCH, PIXELS, HIDDEN, LATENT = 128, 784, 400, 20

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(PIXELS, HIDDEN)
        self.mean = nn.Linear(HIDDEN, LATENT)
        self.log_var = nn.Linear(HIDDEN, LATENT)
        self.grow = nn.Linear(LATENT, HIDDEN)
        self.logits = nn.Linear(HIDDEN, PIXELS)

    def loss(self, x):
        h = F.relu(self.hidden(x))
        mean, log_var = self.mean(h), self.log_var(h)
        z = mean + torch.exp(0.5 * log_var) * torch.randn_like(mean)
        logits = self.logits(F.relu(self.grow(z)))
        nll = F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1)
        kl = 0.5 * (log_var.exp() + mean.square() - log_var - 1).sum(1)
        return (nll + kl).mean()


model = VAE()
optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
x = (torch.rand(BATCH, PIXELS) < 0.3).float()


def blas():
    """The BLAS that was loaded; Debian's own slow one, unless a better one is installed."""
    with open("/proc/self/maps") as maps:
        loaded = maps.read()
    return next((name for name in ("mkl", "openblas", "blis") if name in loaded), "reference")


print(json.dumps({"version": torch.__version__, "blas": blas()}), flush=True)

for line in sys.stdin:
    times = []
    for _ in range(int(line)):
        start = time.perf_counter()
        optimiser.zero_grad(set_to_none=True)
        loss = model.loss(x)
        loss.backward()
        optimiser.step()
        loss.item()
        times.append((time.perf_counter() - start) * 1000)
    print(json.dumps(times), flush=True)
